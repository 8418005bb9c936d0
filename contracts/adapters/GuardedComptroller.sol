// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGuardrailHub} from "../IGuardrailHub.sol";
import {Decision, Op} from "../guards/Types.sol";
import {ICompoundMarket, IComptrollerHooks, IComptrollerMarkets} from "./ICompound.sol";
import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title GuardedComptroller: a `GuardrailHub` in the hooks of a Compound V2 market
///
/// The markets of Compound V2 and its descendants ask a comptroller around each operation, through a proxy of its own,
/// the Unitroller. This becomes that proxy's implementation and the Unitroller a member of the hub: the hooks ask the
/// guards, all else goes on, with the proxy's storage, to the comptroller that was there before. It has no storage, and
/// no market is touched: `_setPendingImplementation` and `_become` install it, and take it away again.
///
/// Operations: mint (DEPOSIT, which adding collateral is too), redeem (REDEEM), borrow (BORROW), repay (REPAY),
/// liquidation where it seizes (LIQUIDATE), transfer of shares (TRANSFER).
///
/// Guards: what redeemers and borrowers take out of all markets is metered by asset, and refused over the limit, since a
/// hook cannot make it wait: policies say `over_limit: revert`. What minters and repayers bring in counts for them. A
/// locked, blocked or locked-down account neither redeems nor borrows nor transfers its shares. Hooks called by others
/// than the market that they name change nothing.
/// Trusts: the comptroller at `inner`, like its own code, to list only markets that name truthfully who took how much.
/// Assumes: markets that revert when they cannot pay, as Venus' do; where they return an error code, borrowing more
/// than there is would use up the limit. That they call `redeemVerify` with the amount that left.
/// Does not guard: what no hook tells. A donation, which is a plain transfer, and so the share price; the administrator
/// who takes reserves; rewards; a stablecoin minted against the markets' shares; the receiver of `borrowBehalf`, who is
/// not named; the age of deposits, since anyone can mint to anyone.
contract GuardedComptroller is IComptrollerHooks, Proxy {
    using Address for address;

    error NoComptroller(address inner);
    error CannotQueue(address asset, uint256 amount);
    error SharesNotRemovable(address account, address asset);

    IGuardrailHub public immutable hub;
    /// @notice The comptroller that decides as before.
    address public immutable inner;
    /// @notice The market of the chain's own coin, which has no `underlying()`; zero for none.
    address public immutable nativeMarket;
    /// @notice What the hub meters that coin as.
    address public immutable nativeAsset;

    constructor(IGuardrailHub hub_, address inner_, address nativeMarket_, address nativeAsset_) {
        if (inner_.code.length == 0) revert NoComptroller(inner_);
        (hub, inner) = (hub_, inner_);
        (nativeMarket, nativeAsset) = (nativeMarket_, nativeAsset_);
    }

    // ---------------------------------------------------------------- external: before

    function mintAllowed(address market, address minter, uint256) external returns (uint256) {
        _enter(market, Op.DEPOSIT, minter);
        return _ask();
    }

    function redeemAllowed(address market, address redeemer, uint256) external returns (uint256) {
        _enter(market, Op.REDEEM, redeemer);
        hub.requireNotLockedDown(redeemer, redeemer);
        return _ask();
    }

    /// @dev Metered here and not in `borrowVerify`, which Compound's own markets do not call.
    function borrowAllowed(address market, address borrower, uint256 amount) external returns (uint256 error) {
        _enter(market, Op.BORROW, borrower);
        hub.requireNotLockedDown(borrower, borrower);
        error = _ask();
        if (error == 0) _meterOut(market, borrower, amount);
    }

    function repayBorrowAllowed(address market, address payer, address, uint256) external returns (uint256) {
        _enter(market, Op.REPAY, payer);
        return _ask();
    }

    function seizeAllowed(address collateral, address, address liquidator, address, uint256)
        external
        returns (uint256)
    {
        _enter(collateral, Op.LIQUIDATE, liquidator);
        return _ask();
    }

    function transferAllowed(address market, address from, address to, uint256) external returns (uint256) {
        _enter(market, Op.TRANSFER, from);
        hub.requireNotLockedDown(from, to);
        address asset = _assetOf(market);
        bool moves = msg.sender == market ? hub.mayMove(from, asset) : hub.isRemovable(from, asset);
        if (!moves) revert SharesNotRemovable(from, asset);
        return _ask();
    }

    // ---------------------------------------------------------------- external: after

    function mintVerify(address market, address, uint256 amount, uint256) external {
        _meterIn(market, amount);
        inner.functionDelegateCall(msg.data);
    }

    /// @dev Only here the amount is known: of `redeemUnderlying` it is not what the shares are worth.
    function redeemVerify(address market, address redeemer, uint256 amount, uint256) external {
        _meterOut(market, redeemer, amount);
        inner.functionDelegateCall(msg.data);
    }

    function repayBorrowVerify(address market, address, address, uint256 amount, uint256) external {
        _meterIn(market, amount);
        inner.functionDelegateCall(msg.data);
    }

    // ---------------------------------------------------------------- external: the hub

    /// @notice No base for a relative limit: the cash of a market can be donated to.
    function outflowBase(address asset) external pure returns (uint256) {
        revert IGuardrailHub.NoBaseSource(asset);
    }

    // ---------------------------------------------------------------- internal

    function _implementation() internal view override returns (address) {
        return inner;
    }

    // ---------------------------------------------------------------- private

    /// @return error of the comptroller, to this same call
    function _ask() private returns (uint256 error) {
        return abi.decode(inner.functionDelegateCall(msg.data), (uint256));
    }

    /// @dev Anyone may call a hook to see what it says; only a market's own question is about an operation.
    function _enter(address market, uint16 operation, address account) private {
        if (msg.sender == market && !hub.enter(operation)) hub.enterAs(operation, account, msg.sig);
    }

    function _meterIn(address market, uint256 amount) private {
        if (_isMarket(market)) hub.meterIn(_assetOf(market), amount);
    }

    function _meterOut(address market, address account, uint256 amount) private {
        if (!_isMarket(market)) return;
        address asset = _assetOf(market);
        Decision decision = hub.meterOut(asset, account, amount);
        if (decision == Decision.REFUSE) decision = hub.meterOutTo(asset, account, account, amount);
        if (decision != Decision.PASS) revert CannotQueue(asset, amount);
    }

    /// @dev Whether a listed market is calling about itself.
    function _isMarket(address market) private returns (bool) {
        if (msg.sender != market) return false;
        return abi.decode(inner.functionDelegateCall(abi.encodeCall(IComptrollerMarkets.markets, market)), (bool));
    }

    function _assetOf(address market) private view returns (address) {
        return market == nativeMarket ? nativeAsset : ICompoundMarket(market).underlying();
    }
}
