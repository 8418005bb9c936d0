// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../Guardrails.sol";
import {Op} from "../../guards/Types.sol";
import {OracleSetup} from "../../guards/oracle/OracleSetup.sol";
import {IPriceSource} from "../../guards/oracle/IPriceSource.sol";
import {AnchorRule, PriceBackup, PriceRule, Side} from "../../guards/oracle/PriceTypes.sol";
import {ChainlinkSource} from "../../guards/oracle/sources/ChainlinkSource.sol";
import {IPriceFeed} from "../../guards/oracle/sources/IPriceFeed.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title GuardedLending: one collateral, one debt asset, one price, every guard
///
/// A treasury lends; borrowers pay interest at a fixed rate; anyone liquidates what is under water.
///
/// Guards: each entry by its operation; all that leaves is metered, seized collateral too, since a wrong price turns
/// liquidation into an exit. An account's lock or the minimum age of its collateral keeps its collateral and its
/// borrowing power here; it can still be repaid and, in its turn, liquidated. Repaying and adding collateral stay
/// open below FROZEN, and liquidation waits for the grace after a pause: interest and prices go on meanwhile.
/// A claim that ends unpaid undoes what it came from: borrowed assets repay, collateral returns to its owner's
/// position. Over the limit the debt begins when the claim is queued.
///
/// Each use of the price asks the oracle guard with its operation: borrowing and removing collateral for less, where it
/// is in doubt, liquidating for more.
///
/// Trusts: the price feed, while it is fresh, within 20 % of a reference that follows it by at most 20 % a day; the
/// treasury with nothing. Assumes: tokens that neither take a fee (refused) nor rebase; a feed that is right when this
/// is deployed.
/// Does not guard: a wrong price that looks right. Debt that collateral does not cover is the treasury's loss.
contract GuardedLending is Guardrails, OracleSetup, ReentrancyGuardTransient {
    using Math for uint256;

    struct Terms {
        address collateral;
        address debt;
        IPriceFeed feed; // what one whole collateral token costs in whole debt tokens
        address treasury;
        uint32 maxPriceAge; // seconds
        uint96 ratePerSecond; // of the debt, in 1e-27
    }

    struct Position {
        uint256 collateral;
        uint256 debtShares; // debt = debtShares · index / RAY, rounded up
    }

    error NotTreasury(address caller);
    error NotWholeAmount(uint256 expected, uint256 received);
    error Undercollateralised(address account);
    error PositionHealthy(address account);
    error ClaimExceedsDebt(uint256 amount, uint256 debt);
    error InsufficientCash(uint256 amount, uint256 cash);
    error InsufficientCollateral(address account, uint256 amount, uint256 collateral);

    event CollateralAdded(address indexed account, uint256 amount);
    event CollateralRemoved(address indexed account, uint256 amount, uint256 claimId);
    event Borrowed(address indexed account, uint256 amount, uint256 claimId);
    event Repaid(address indexed account, address indexed by, uint256 amount);
    event Liquidated(address indexed account, address indexed by, uint256 repaid, uint256 seized, uint256 claimId);
    event Lent(uint256 amount);
    event Unlent(uint256 amount, uint256 claimId);

    uint256 public constant BORROW_BPS = 7500;
    uint256 public constant LIQUIDATION_BPS = 8000;
    uint256 public constant BONUS_BPS = 500;
    uint256 private constant BPS = 10_000;
    uint256 private constant RAY = 1e27;

    address public immutable collateral;
    address public immutable debt;
    address public immutable treasury;
    uint256 public immutable ratePerSecond;
    uint256 private immutable _DEBT_UNIT;
    uint256 private immutable _PRICE_UNIT;

    mapping(address account => Position) public positions;
    uint256 public totalCollateral;
    uint256 public totalDebtShares;
    uint256 public cash;
    uint256 private _index = RAY;
    uint256 private _accruedAt = block.timestamp;

    constructor(address controls_, address deployer, Terms memory terms) Guardrails(controls_, deployer) {
        (collateral, debt) = (terms.collateral, terms.debt);
        (treasury, ratePerSecond) = (terms.treasury, terms.ratePerSecond);
        _DEBT_UNIT = 10 ** IERC20Metadata(terms.debt).decimals();
        _PRICE_UNIT = 10 ** (IERC20Metadata(terms.collateral).decimals() + 18);
        _firstOracle(terms);
    }

    // ---------------------------------------------------------------- external: borrowers

    function addCollateral(uint256 amount) external guarded(Op.ADD_COLLATERAL) nonReentrant {
        _pull(collateral, amount);
        positions[msg.sender].collateral += amount;
        totalCollateral += amount;
        _noteDeposit(msg.sender);
        emit CollateralAdded(msg.sender, amount);
    }

    function removeCollateral(uint256 amount) external guarded(Op.REMOVE_COLLATERAL) nonReentrant {
        _accrue();
        uint256 held = positions[msg.sender].collateral;
        if (amount > held) revert InsufficientCollateral(msg.sender, amount, held);
        positions[msg.sender].collateral = held - amount;
        totalCollateral -= amount;
        _requireCovered(msg.sender, Op.REMOVE_COLLATERAL);
        emit CollateralRemoved(msg.sender, amount, _payOut(collateral, msg.sender, amount));
    }

    function borrow(uint256 amount) external guarded(Op.BORROW) nonReentrant {
        _accrue();
        uint256 shares = amount.mulDiv(RAY, _index, Math.Rounding.Ceil);
        positions[msg.sender].debtShares += shares;
        totalDebtShares += shares;
        _takeCash(amount);
        _requireCovered(msg.sender, Op.BORROW);
        emit Borrowed(msg.sender, amount, _payOut(debt, msg.sender, amount));
    }

    /// @notice Anyone repays for anyone; what is over the debt is not taken.
    function repay(address account, uint256 amount) external guarded(Op.REPAY) nonReentrant returns (uint256 paid) {
        _accrue();
        paid = _reduceDebt(account, amount);
        _pull(debt, paid);
        cash += paid;
        emit Repaid(account, msg.sender, paid);
    }

    /// @notice Repays up to `amount` for an account under water and takes collateral of that value plus a bonus, at
    /// most what there is.
    function liquidate(address account, uint256 amount) external guarded(Op.LIQUIDATE) nonReentrant {
        _accrue();
        Position storage position = positions[account];
        uint256 price = _usePrice(collateral, Op.LIQUIDATE, Side.HIGH) * _DEBT_UNIT;
        if (_covers(position, LIQUIDATION_BPS, price)) revert PositionHealthy(account);
        uint256 most = position.collateral.mulDiv(price, _PRICE_UNIT).mulDiv(BPS, BPS + BONUS_BPS, Math.Rounding.Ceil);
        uint256 repaid = _reduceDebt(account, Math.min(amount, most));
        uint256 seized = repaid == most
            ? position.collateral
            : Math.min(repaid.mulDiv(BPS + BONUS_BPS, BPS).mulDiv(_PRICE_UNIT, price), position.collateral);
        position.collateral -= seized;
        totalCollateral -= seized;
        _pull(debt, repaid);
        cash += repaid;
        emit Liquidated(account, msg.sender, repaid, seized, _payOut(collateral, msg.sender, seized));
    }

    // ---------------------------------------------------------------- external: treasury

    function lend(uint256 amount) external guarded(Op.DEPOSIT) nonReentrant {
        if (msg.sender != treasury) revert NotTreasury(msg.sender);
        _pull(debt, amount);
        cash += amount;
        emit Lent(amount);
    }

    function unlend(uint256 amount) external guarded(Op.WITHDRAW) nonReentrant {
        if (msg.sender != treasury) revert NotTreasury(msg.sender);
        _takeCash(amount);
        emit Unlent(amount, _payOut(debt, msg.sender, amount));
    }

    // ---------------------------------------------------------------- external: views

    function debtOf(address account) public view returns (uint256) {
        return positions[account].debtShares.mulDiv(_currentIndex(), RAY, Math.Rounding.Ceil);
    }

    /// @notice False when anyone may liquidate `account` as soon as liquidation is open. Reverts without a price.
    function isHealthy(address account) external view returns (bool) {
        uint256 price = _price(collateral, Op.LIQUIDATE, Side.HIGH);
        return _covers(positions[account], LIQUIDATION_BPS, price * _DEBT_UNIT);
    }

    // ---------------------------------------------------------------- internal: guards

    function _outflowBase(address asset) internal view virtual override returns (uint256) {
        if (asset == collateral) return totalCollateral;
        return asset == debt ? cash + totalDebtShares.mulDiv(_currentIndex(), RAY) : 0;
    }

    /// @dev A borrower who has repaid otherwise waits for his claim to settle; it is worth more than his debt. What
    /// governance returns beyond the debt, and the treasury's own, is cash.
    function _afterClaimEnded(uint256, address owner, address asset, uint256 amount, bool byOwner)
        internal
        virtual
        override
        nonReentrant
    {
        if (asset == collateral) {
            positions[owner].collateral += amount;
            totalCollateral += amount;
            return;
        }
        _accrue();
        uint256 repaid = _reduceDebt(owner, amount);
        if (byOwner && repaid < amount && owner != treasury) revert ClaimExceedsDebt(amount, repaid);
        cash += amount;
    }

    // ---------------------------------------------------------------- private

    function _pull(address asset, uint256 amount) private {
        uint256 received = _takeIn(asset, msg.sender, amount);
        if (received != amount) revert NotWholeAmount(amount, received);
    }

    function _takeCash(uint256 amount) private {
        if (amount > cash) revert InsufficientCash(amount, cash);
        cash -= amount;
    }

    /// @return repaid `amount`, or the whole debt where that is less
    function _reduceDebt(address account, uint256 amount) private returns (uint256 repaid) {
        Position storage position = positions[account];
        uint256 owed = debtOf(account);
        repaid = Math.min(amount, owed);
        uint256 shares = repaid == owed ? position.debtShares : repaid.mulDiv(RAY, _index);
        position.debtShares -= shares;
        totalDebtShares -= shares;
    }

    function _accrue() private {
        _index = _currentIndex();
        _accruedAt = block.timestamp;
    }

    function _currentIndex() private view returns (uint256) {
        return _index + _index.mulDiv(ratePerSecond * (block.timestamp - _accruedAt), RAY);
    }

    /// @dev Without debt no price is needed: collateral is not kept because a feed is down.
    function _requireCovered(address account, uint16 operation) private {
        Position storage position = positions[account];
        if (position.debtShares == 0) return;
        uint256 price = _usePrice(collateral, operation, Side.LOW) * _DEBT_UNIT;
        if (!_covers(position, BORROW_BPS, price)) revert Undercollateralised(account);
    }

    /// @param price of `_PRICE_UNIT` smallest units of collateral, in the debt's smallest unit
    function _covers(Position storage position, uint256 bps, uint256 price) private view returns (bool) {
        uint256 owed = position.debtShares.mulDiv(_currentIndex(), RAY, Math.Rounding.Ceil);
        return owed <= position.collateral.mulDiv(price, _PRICE_UNIT).mulDiv(bps, BPS);
    }

    /// @dev The feed alone, with the reference at its present answer. Governance may replace it by `setOracle`.
    function _firstOracle(Terms memory terms) private {
        IPriceSource source = new ChainlinkSource(terms.feed, 0, type(int256).max);
        (uint256 anchor,) = source.price();
        PriceRule memory rule = PriceRule(source, SafeCast.toUint24(terms.maxPriceAge), 2000, 0, 0, 0, false);
        PriceBackup memory backup = PriceBackup(IPriceSource(address(0)), 0, 0, 5000);
        _setOracle(terms.collateral, rule, backup, AnchorRule(2000, 1000, 1 hours, 0), anchor);
    }
}
