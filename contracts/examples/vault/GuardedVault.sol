// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../Guardrails.sol";
import {Op} from "../../guards/Types.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title GuardedVault: an ERC-4626 vault with every guard embedded
///
/// Guards: deposit and mint (DEPOSIT), withdraw and redeem (WITHDRAW), transfers of shares (TRANSFER). What leaves is
/// metered. Over the limit the shares are burnt, and the assets wait as a claim of the receiver at the price of that
/// moment, outside the vault's assets. A claim that its owner gives up becomes his shares again, at the price of
/// then; one that governance returns becomes the remaining holders' gain.
/// A holder can lock down his own shares: then they leave only to his safe address, until a delay that he chose.
/// `max*` tell what happens at once: 0 where the operation is closed or the owner's assets may not leave. A larger
/// withdrawal is accepted where the policy queues (an integrator that needs its assets in the same call stays within
/// `maxWithdraw`), and refused where it does not. `maxWithdraw` leaves out the reserve of small withdrawals.
///
/// Trusts: what `Guardrails` trusts.
/// Assumes: a token that neither takes a fee (refused) nor rebases. Tokens that call back are fine.
/// Does not guard: the strategy that a derived vault invests in. Assets sent here by a plain transfer count nothing.
contract GuardedVault is Guardrails, ERC4626, ReentrancyGuardTransient {
    error CannotDepositFor(address receiver);
    error NotWholeAmount(uint256 expected, uint256 received);
    error SharesNotRemovable(address owner);

    /// @notice `assets` were over the limit; they are paid to `receiver` when the claim settles.
    event WithdrawalQueued(
        uint256 indexed claimId, address indexed owner, address indexed receiver, uint256 assets, uint256 shares
    );

    /// @dev The vault's own assets in this contract, by its own books: without donations, without claims.
    uint256 internal _idle;

    constructor(address controls_, address deployer, IERC20 asset_, string memory name_, string memory symbol_)
        Guardrails(controls_, deployer)
        ERC20(name_, symbol_)
        ERC4626(asset_)
    {}

    // ---------------------------------------------------------------- external

    /// @notice Deposits for somebody else are refused where they would make his assets wait (minimum deposit age).
    function deposit(uint256 assets, address receiver)
        public
        virtual
        override
        guarded(Op.DEPOSIT)
        nonReentrant
        returns (uint256 shares)
    {
        shares = previewDeposit(assets);
        _deposit(_msgSender(), receiver, assets, shares);
    }

    function mint(uint256 shares, address receiver)
        public
        virtual
        override
        guarded(Op.DEPOSIT)
        nonReentrant
        returns (uint256 assets)
    {
        assets = previewMint(shares);
        _deposit(_msgSender(), receiver, assets, shares);
    }

    /// @notice Over the limit `receiver` gets a claim instead of assets; `WithdrawalQueued` names it.
    function withdraw(uint256 assets, address receiver, address owner)
        public
        virtual
        override
        guarded(Op.WITHDRAW)
        nonReentrant
        returns (uint256 shares)
    {
        shares = previewWithdraw(assets);
        _withdraw(_msgSender(), receiver, owner, assets, shares);
    }

    function redeem(uint256 shares, address receiver, address owner)
        public
        virtual
        override
        guarded(Op.WITHDRAW)
        nonReentrant
        returns (uint256 assets)
    {
        assets = previewRedeem(shares);
        _withdraw(_msgSender(), receiver, owner, assets, shares);
    }

    function totalAssets() public view virtual override returns (uint256) {
        return _idle;
    }

    function maxDeposit(address) public view virtual override returns (uint256) {
        return _isOpen(Op.DEPOSIT) ? type(uint256).max : 0;
    }

    function maxMint(address) public view virtual override returns (uint256) {
        return _isOpen(Op.DEPOSIT) ? type(uint256).max : 0;
    }

    function maxWithdraw(address owner) public view virtual override returns (uint256) {
        if (!_isOpen(Op.WITHDRAW) || !_isRemovable(owner, asset()) || _isLockedDown(owner, owner)) return 0;
        return Math.min(previewRedeem(balanceOf(owner)), Math.min(_available(asset()), _liquid()));
    }

    function maxRedeem(address owner) public view virtual override returns (uint256) {
        uint256 assets = maxWithdraw(owner);
        if (assets == 0) return 0;
        uint256 shares = balanceOf(owner);
        return previewRedeem(shares) == assets ? shares : convertToShares(assets);
    }

    // ---------------------------------------------------------------- internal: what a strategy overrides

    /// @dev Assets came in and are idle; a strategy may put them to work.
    function _afterDeposit() internal virtual {}

    /// @dev `assets` are about to leave; a strategy makes that much idle.
    function _beforeWithdraw(uint256 assets) internal virtual {}

    /// @dev What can be made idle now.
    function _liquid() internal view virtual returns (uint256) {
        return _idle;
    }

    // ---------------------------------------------------------------- internal: guards

    function _outflowBase(address asset_) internal view virtual override returns (uint256) {
        return asset_ == asset() ? totalAssets() : 0;
    }

    /// @dev The assets stay idle, so that a strategy in trouble cannot keep a claim from ending.
    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool byOwner)
        internal
        virtual
        override
        nonReentrant
    {
        if (byOwner) _mint(owner, previewDeposit(amount));
        _idle += amount;
    }

    // ---------------------------------------------------------------- internal: shares

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal virtual override {
        uint256 received = _takeIn(asset(), caller, assets);
        if (received != assets) revert NotWholeAmount(assets, received);
        _idle += assets;
        _mint(receiver, shares);
        _noteDeposit(receiver);
        if (caller != receiver && !_mayMove(receiver, asset())) revert CannotDepositFor(receiver);
        emit Deposit(caller, receiver, assets, shares);
        _afterDeposit();
    }

    function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares)
        internal
        virtual
        override
    {
        _requireNotLockedDown(owner, receiver);
        if (caller != owner) _spendAllowance(owner, caller, shares);
        _burn(owner, shares);
        _beforeWithdraw(assets);
        _idle -= assets;
        emit Withdraw(caller, receiver, owner, assets, shares);
        uint256 claimId = _payOut(asset(), owner, receiver, assets);
        if (claimId != 0) emit WithdrawalQueued(claimId, owner, receiver, assets, shares);
    }

    function _update(address from, address to, uint256 shares) internal virtual override {
        if (from != address(0) && to != address(0)) _beforeTransfer(from, to);
        super._update(from, to, shares);
    }

    /// @dev Shares that could not be withdrawn cannot be moved to an account that could.
    function _beforeTransfer(address from, address to) private guarded(Op.TRANSFER) {
        _requireNotLockedDown(from, to);
        if (!_mayMove(from, asset())) revert SharesNotRemovable(from);
    }

    /// @dev Virtual shares: rounding cannot be driven to where a first depositor takes the next one's assets.
    function _decimalsOffset() internal view virtual override returns (uint8) {
        return 6;
    }
}
