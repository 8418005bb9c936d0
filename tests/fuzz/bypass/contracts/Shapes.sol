// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../../../contracts/Guardrails.sol";
import {Op} from "../../../../contracts/guards/Types.sol";
import {Minimal} from "../../../../contracts/examples/Minimal.sol";
import {GovernedUpgrade} from "../../../../contracts/response/GovernedUpgrade.sol";
import {FrozenExit} from "../../../../contracts/response/FrozenExit.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice Only read, never run: the shapes of code between an entry and a transfer. What is to be said of each
/// function stands in test_shapes.py.

interface IOther {
    function poke(uint256 amount) external;
    function look() external view returns (uint256);
    function deposit() external payable;
}

library Sender {
    function push(IERC20 asset, address to, uint256 amount) internal {
        asset.transfer(to, amount);
    }

    function pushByCode(address asset, address to, uint256 amount) external {
        IERC20(asset).transfer(to, amount);
    }
}

contract Paid {
    constructor() payable {}
}

abstract contract Base is Minimal {
    using SafeERC20 for IERC20;

    function hook() external {
        _hook(msg.sender);
        _mine();
    }

    function above() external {
        _above();
    }

    function _hook(address) internal virtual {}

    function _above() internal virtual {
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    function _mine() private {}
}

contract Shapes is Base {
    using SafeERC20 for IERC20;
    using Sender for IERC20;
    using Address for address payable;

    address public immutable partner;
    address public stored;
    IOther public immutable other;

    modifier paysAfterwards() {
        _;
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    modifier closedBy(uint16 operation) {
        _enter(operation);
        _;
    }

    modifier onlyItself() {
        require(msg.sender == address(this));
        _;
    }

    constructor(address controls, address token_, address partner_) Minimal(controls, token_) {
        partner = partner_;
        other = IOther(partner_);
    }

    // ---------------------------------------------------------------- metered

    function guardedInside(uint256 amount) external {
        _leave(amount);
    }

    function byOwnModifier(uint256 amount) external closedBy(Op.REDEEM) {
        _payOut(token, msg.sender, amount);
    }

    function enteredInBothArms(uint256 amount, bool which) external {
        if (which) _enter(Op.WITHDRAW);
        else _enter(Op.WITHDRAW);
        _payOut(token, msg.sender, amount);
    }

    function refusedInOneArm(uint256 amount) external {
        if (amount != 0) _enter(Op.WITHDRAW);
        else revert();
        _payOut(token, msg.sender, amount);
    }

    function inALoop(uint256[] calldata amounts) external guarded(Op.WITHDRAW) {
        for (uint256 i = 0; i < amounts.length; ++i) {
            _payOut(token, msg.sender, amounts[i]);
        }
    }

    // ---------------------------------------------------------------- metered, but open

    function enteredInOneArm(uint256 amount) external {
        if (amount > 10) _enter(Op.WITHDRAW);
        _payOut(token, msg.sender, amount);
    }

    function enteredInALoop(uint256 times, uint256 amount) external {
        for (uint256 i = 0; i < times; ++i) {
            _enter(Op.WITHDRAW);
        }
        _payOut(token, msg.sender, amount);
    }

    function enteredAfterwards(uint256 amount) external {
        _payOut(token, msg.sender, amount);
        _enter(Op.WITHDRAW);
    }

    function enteredByChance(uint256 amount) external {
        bool fine = amount < 10 || _entered();
        if (fine) _payOut(token, msg.sender, amount);
    }

    function enteredWhereItFails(uint256 amount) external {
        try other.poke(amount) {
            _payOut(token, msg.sender, amount);
        } catch {
            _enter(Op.WITHDRAW);
        }
    }

    // ---------------------------------------------------------------- not metered

    function afterAReturn() external paysAfterwards guarded(Op.WITHDRAW) returns (uint256) {
        return 1;
    }

    function inACondition(address to) external returns (bool) {
        return total == 0 || IERC20(token).transfer(to, 1);
    }

    function inAnArm(address to) external returns (bool) {
        return total == 0 ? false : IERC20(token).transfer(to, 1);
    }

    function inAnUncheckedLoop(address to) external {
        uint256 i = 3;
        unchecked {
            while (i-- > 0) IERC20(token).safeTransfer(to, 1);
        }
    }

    function afterARecursion(uint256 depth) external {
        _deeper(depth, msg.sender);
    }

    function throughALibrary(address to) external {
        IERC20(token).push(to, 1);
    }

    function throughLinkedCode(address to) external {
        Sender.pushByCode(token, to, 1);
    }

    function fromItself(address to, uint256 amount) external {
        IERC20(token).transferFrom(address(this), to, amount);
    }

    function encoded(uint256 amount) external {
        (bool done,) = token.call(abi.encodeWithSignature("transfer(address,uint256)", msg.sender, amount));
        require(done);
    }

    function encodedByName(uint256 amount) external {
        (bool done,) = token.call(abi.encodeCall(IERC20.transfer, (msg.sender, amount)));
        require(done);
    }

    function approvesByCall(address to) external {
        (bool done,) = token.call(abi.encodeCall(IERC20.approve, (to, 1)));
        require(done);
    }

    function parent() external {
        super._above();
    }

    function governedAtOnce(address to) external {
        _governed(false);
        IERC20(token).safeTransfer(to, 1);
    }

    // ---------------------------------------------------------------- ETH

    function ethByTransfer(address payable to) external {
        to.transfer(1);
    }

    function ethBySend(address payable to) external returns (bool) {
        return to.send(1);
    }

    function ethByLibrary(address payable to) external {
        to.sendValue(1);
    }

    function ethWithACall() external {
        other.deposit{value: 1}();
    }

    function ethToANewContract() external returns (address) {
        return address(new Paid{value: 1}());
    }

    function ethByAssembly(address to) external {
        assembly {
            pop(call(gas(), to, selfbalance(), 0, 0, 0, 0))
        }
    }

    function destroyed(address payable to) external {
        selfdestruct(to);
    }

    // ---------------------------------------------------------------- other code

    function approvesPartner() external {
        IERC20(token).forceApprove(partner, 1);
    }

    function approvesStored() external {
        IERC20(token).approve(stored, 1);
    }

    function approvesCaller() external {
        IERC20(token).approve(msg.sender, 1);
    }

    function revokes(address spender) external {
        IERC20(token).forceApprove(spender, 0);
        IERC20(token).safeDecreaseAllowance(spender, 1);
    }

    function delegatesToPartner(bytes calldata data) external {
        Address.functionDelegateCall(partner, data);
    }

    function delegatesToStored(bytes calldata data) external {
        Address.functionDelegateCall(stored, data);
    }

    function multicall(bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            Address.functionDelegateCall(address(this), calls[i]);
        }
    }

    function callsPartner(bytes calldata data) external {
        Address.functionCall(partner, data);
    }

    function callsAnything(address to, bytes calldata data) external {
        Address.functionCall(to, data);
    }

    function pokes() external {
        other.poke(1);
    }

    function looks() external returns (uint256) {
        return total = other.look();
    }

    function pointer(uint256 which) external {
        function(address) internal chosen = which == 0 ? _hook : _other;
        chosen(msg.sender);
    }

    function movesAnyones(address from, address to) external {
        IERC20(token).safeTransferFrom(from, to, 1);
    }

    function movesCallers(address to) external {
        IERC20(token).safeTransferFrom(msg.sender, to, 1);
    }

    function sendsToItself() external {
        IERC20(token).safeTransfer(address(this), 1);
    }

    function takesIn(address from) external {
        address self = address(this);
        IERC20(token).safeTransferFrom(from, self, 1);
    }

    function takesInUnlessChanged(address to) external guarded(Op.DEPOSIT) {
        address self = address(this);
        if (to != address(0)) self = to;
        IERC20(token).safeTransferFrom(address(this), self, 1);
    }

    function byHand(uint256 amount) external guarded(Op.WITHDRAW) {
        _meterOut(token, msg.sender, amount, 0);
        IERC20(token).safeTransfer(msg.sender, amount);
    }

    // ---------------------------------------------------------------- restricted

    function governedLater(address to) external {
        _governed(true);
        IERC20(token).safeTransfer(to, 1);
    }

    function ownCall(address to) external onlyItself {
        IERC20(token).safeTransfer(to, 1);
    }

    function othersCall(address to) external {
        if (msg.sender == address(this)) return;
        IERC20(token).safeTransfer(to, 1);
    }

    function callsItself(address to) external {
        this.ownCall(to);
    }

    function migrateLogic(address to) external {
        stored = to;
    }

    // ---------------------------------------------------------------- internal

    function _leave(uint256 amount) private guarded(Op.WITHDRAW) {
        _payOut(token, msg.sender, amount);
    }

    function _entered() private returns (bool) {
        _enter(Op.WITHDRAW);
        return true;
    }

    function _deeper(uint256 depth, address to) private {
        if (depth != 0) _deeper(depth - 1, to);
        IERC20(token).safeTransfer(to, 1);
    }

    function _other(address) internal {}

    function _hook(address account) internal override {
        IERC20(token).safeTransfer(account, 1);
    }

    function _above() internal override {}
}

/// @dev Behind a proxy, with upgrades that wait.
contract Governed is Minimal, GovernedUpgrade {
    constructor(address controls, address token_) Minimal(controls, token_) {}
}

/// @dev Behind a proxy, with upgrades that do not.
contract Upgradeable is Minimal, UUPSUpgradeable {
    address public owner;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function _authorizeUpgrade(address) internal view override {
        require(msg.sender == owner);
    }
}

/// @dev Its hook of the exit pays somebody by itself.
contract GreedyExit is Minimal, FrozenExit {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function _exitTokens() internal view override returns (address[] memory tokens) {}

    function _exitSupply() internal view override returns (uint256) {
        return total;
    }

    function _burnForExit(address account, uint256 shares) internal override {
        balanceOf[account] -= shares;
    }

    function _takeForExit(address asset, uint256 amount) internal override {
        IERC20(asset).transfer(address(1), amount);
    }
}

/// @dev Delegates what it has not to somewhere else than the controls.
contract OwnControls is Minimal {
    address public logic;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function _implementation() internal view override returns (address) {
        return logic;
    }
}

/// @dev No guards at all.
contract Bare {
    IERC20 public token;

    function give(address to, uint256 amount) external {
        token.transfer(to, amount);
    }

    function look() external view returns (uint256) {
        return token.balanceOf(address(this));
    }
}
