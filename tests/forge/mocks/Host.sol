// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../../contracts/Guardrails.sol";
import {HubGuarded} from "../../../contracts/HubGuarded.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {Side} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";

/// @title The book of a small protocol; the two hosts differ in their inheritance line only
/// @dev It has no reentrancy lock, so that the guards are tested without one.
abstract contract Book {
    event Acted(uint16 operation);
    event Moved(address account);
    event Ended(uint256 id, address owner, uint256 amount, bool byOwner);

    error Stays(address account);

    mapping(address asset => mapping(address account => uint256)) public balance;
    mapping(address asset => uint256) public total;
    bool public faulty;

    /// @dev From now on the protocol pays whatever it is asked for.
    function setFaulty() external {
        faulty = true;
    }

    function _credit(address asset, address account, uint256 amount) internal {
        balance[asset][account] += amount;
        total[asset] += amount;
    }

    function _debit(address asset, address account, uint256 amount) internal {
        if (faulty) return;
        balance[asset][account] -= amount;
        total[asset] -= amount;
    }

    function _ended(uint256 id, address owner, address asset, uint256 amount, bool byOwner) internal {
        if (byOwner) _credit(asset, owner, amount);
        emit Ended(id, owner, amount, byOwner);
    }
}

contract Host is Book, Guardrails {
    constructor(address controls, address deployer) Guardrails(controls, deployer) {}

    function act(uint16 operation) external guarded(operation) {
        emit Acted(operation);
    }

    function deposit(address asset, uint256 amount) external guarded(Op.DEPOSIT) returns (uint256 received) {
        received = _takeIn(asset, msg.sender, amount);
        _credit(asset, msg.sender, received);
        _noteDeposit(msg.sender);
    }

    function withdraw(address asset, uint256 amount, address to) external guarded(Op.WITHDRAW) returns (uint256) {
        _debit(asset, msg.sender, amount);
        return _payOut(asset, msg.sender, to, amount);
    }

    /// @dev Anyone may take what is `account`'s; the guards are asked all the same.
    function withdrawFor(address asset, uint256 amount, address account, address to)
        external
        guarded(Op.WITHDRAW)
        returns (uint256)
    {
        _debit(asset, account, amount);
        return _payOut(asset, account, to, amount);
    }

    /// @dev What a host refuses by itself.
    function move(address asset, address account) external {
        if (!_mayMove(account, asset)) revert Stays(account);
        emit Moved(account);
    }

    function removePosition(bytes32 position, address asset, uint256 amount) external {
        _requirePositionRemovable(position, msg.sender, asset, amount);
    }

    function grow(Exposure kind, address asset, uint256 to) external {
        _requireUnderCap(kind, asset, to);
    }

    function growOf(Exposure kind, address asset, address account, uint256 to) external {
        _requireUnderAccountCap(kind, asset, account, to);
    }

    function room(Exposure kind, address asset, uint256 amount) external view returns (uint256) {
        return _capRoom(kind, asset, amount);
    }

    function usePrice(address asset, uint16 operation, Side side) external returns (uint256) {
        return _usePrice(asset, operation, side);
    }

    function price(address asset, uint16 operation, Side side) external view returns (uint256) {
        return _price(asset, operation, side);
    }

    function open(uint16 operation) external view returns (bool) {
        return _isOpen(operation);
    }

    function reopenedAt(uint16 operation) external view returns (uint256) {
        return _reopenedAt(operation);
    }

    function removable(address account, address asset) external view returns (bool) {
        return _isRemovable(account, asset);
    }

    function lockedHere(address asset) external view returns (uint256) {
        return _lockedHere(asset);
    }

    function _outflowBase(address asset) internal view override returns (uint256) {
        return total[asset];
    }

    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner)
        internal
        override
    {
        _ended(id, owner, asset, amount, byOwner);
    }
}

contract HubHost is Book, HubGuarded {
    constructor(IGuardrailHub hub) HubGuarded(hub) {}

    function act(uint16 operation) external guarded(operation) {
        emit Acted(operation);
    }

    function deposit(address asset, uint256 amount) external guarded(Op.DEPOSIT) returns (uint256 received) {
        received = _takeIn(asset, msg.sender, amount);
        _credit(asset, msg.sender, received);
        _noteDeposit(msg.sender);
    }

    function withdraw(address asset, uint256 amount, address to) external guarded(Op.WITHDRAW) returns (uint256) {
        _debit(asset, msg.sender, amount);
        return _payOut(asset, msg.sender, to, amount);
    }

    /// @dev What a host refuses by itself.
    function move(address asset, address account) external {
        if (!_mayMove(account, asset)) revert Stays(account);
        emit Moved(account);
    }

    function removePosition(bytes32 position, address asset, uint256 amount) external {
        _requirePositionRemovable(position, msg.sender, asset, amount);
    }

    function grow(Exposure kind, address asset, uint256 to) external {
        _requireUnderCap(kind, asset, to);
    }

    function growOf(Exposure kind, address asset, address account, uint256 to) external {
        _requireUnderAccountCap(kind, asset, account, to);
    }

    function room(Exposure kind, address asset, uint256 amount) external view returns (uint256) {
        return _capRoom(kind, asset, amount);
    }

    /// @dev Anyone may take what is `account`'s; the guards are asked all the same.
    function withdrawFor(address asset, uint256 amount, address account, address to)
        external
        guarded(Op.WITHDRAW)
        returns (uint256)
    {
        _debit(asset, account, amount);
        return _payOut(asset, account, to, amount);
    }

    function usePrice(address asset, uint16 operation, Side side) external returns (uint256) {
        return _usePrice(asset, operation, side);
    }

    function price(address asset, uint16 operation, Side side) external view returns (uint256) {
        return _price(asset, operation, side);
    }

    function open(uint16 operation) external view returns (bool) {
        return _isOpen(operation);
    }

    function reopenedAt(uint16 operation) external view returns (uint256) {
        return _reopenedAt(operation);
    }

    function removable(address account, address asset) external view returns (bool) {
        return _isRemovable(account, asset);
    }

    function lockedHere(address asset) external view returns (uint256) {
        return _lockedHere(asset);
    }

    function _outflowBase(address asset) internal view override returns (uint256) {
        return total[asset];
    }

    function _afterClaimEnded(uint256 id, address owner, address asset, uint256 amount, bool byOwner)
        internal
        override
    {
        _ended(id, owner, asset, amount, byOwner);
    }
}
