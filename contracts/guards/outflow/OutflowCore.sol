// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {Decision, Guard} from "../Types.sol";
import {Mode, OutflowWord, OutflowWordLib} from "./OutflowWord.sol";
import {Limiter, TransientNet} from "./TransientNet.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title OutflowCore: "may this much leave now?"
///
/// The part of `Outflow` that every movement of assets runs: one storage word an asset.
abstract contract OutflowCore is GuardStorage {
    error AssetNotConfigured(address asset);
    error OutflowLimitExceeded(address asset, uint256 amount, uint256 available, uint256 retryAt);

    /// @custom:storage-location erc7201:guardrails.outflow
    struct OutflowLayout {
        mapping(address asset => RelativeLimit) relative;
        mapping(address asset => uint256) unitRates;
    }

    /// @dev A limit that follows a base, in basis points of it.
    struct RelativeLimit {
        uint16 bps;
        uint16 growthBps; // the base moves at most by this much of itself per window
        uint32 syncedAt;
        uint128 base;
    }

    /// @dev The pseudo-asset of the shared budget: the last 20 bytes of keccak256("guardrails.shared").
    address internal constant SHARED_BUDGET = 0x5E9c9C191b97B9C17d444B1F29f580aBAEc1254c;

    /// @dev Above this no amount fits any configured limit; keeps the arithmetic far from its types' maxima.
    uint256 internal constant MAX_AMOUNT = 1 << OutflowWordLib.USED_BITS;
    uint256 internal constant RATE_SCALE = 1e18;
    // keccak256(abi.encode(uint256(keccak256("guardrails.outflow")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OUTFLOW_SLOT = 0xb597630f7b3d0972e91a249945c2e621d99036e8e1b7bf37da515dd53b102b00;

    // the last 12 bytes of keccak256("guardrails.limiter")
    uint256 private constant LIMITER_TAG = 0x56d2c77fbcabd7fac30e19c0;

    // for the ordinary payment: parts of `OutflowWord`
    uint256 private constant USED_MASK = 0x7fffffffffffffffffffffffffffff;
    uint256 private constant CONFIG_MASK = 0xffffffffffffffffffffffffff80000000000000000000000000000000000000;
    // a table in the order of the word's top bits, 16 bytes for each limited mode: six times the tenths of the limit
    // that the reserve leaves (six seconds of a minute are a tenth); zero beyond its ends, where nothing is ordinary
    uint256 private constant USABLE = 0x3c36302a241e18120c060000000000003c36302a241e18120c06000000000000;

    // ---------------------------------------------------------------- internal

    /// @dev Percent of the limits that the live level withholds; 0 without levels.
    function _withheld() internal view virtual returns (uint256) {
        return 0;
    }

    /// @dev Whether that is in shadow mode.
    function _withheldInShadow() internal view virtual returns (bool) {
        return false;
    }

    /// @dev Meters what came in. `amount` is what arrived, measured by the caller.
    function _meterIn(address asset, uint256 amount) internal {
        Limiter storage limiter = _limiter(asset);
        OutflowWord word = limiter.word;
        if (amount == 0 || !word.isLimited()) return;
        if (amount > MAX_AMOUNT) amount = MAX_AMOUNT;
        (int256 net, uint256 creditStart, uint256 share) = TransientNet.load(limiter, word.creditEnd());
        if (net < 0) {
            uint256 refund = Math.min(amount, uint256(-net));
            word = word.refunded(refund, share, block.timestamp);
            if (word.shared()) _refundShared(asset, refund, share);
        }
        net += int256(amount);
        if (net > int256(MAX_AMOUNT)) net = int256(MAX_AMOUNT);
        TransientNet.store(limiter, net, creditStart, share);
        uint256 inflow = net > 0 ? uint256(net) : 0;
        word = word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp));
        // every movement sets the time: by it a payment knows that nothing was moved in its transaction before
        limiter.word = word.withUsed(word.usedAt(block.timestamp, word.limit()), block.timestamp);
    }

    /// @dev Decides on `amount` leaving now and, when it may, charges it. Reverts where the asset's mode says so.
    ///
    /// The assembly is the ordinary payment: the asset's first movement in this second (so that nothing of this
    /// transaction can be netted), at full share, within the limit without need of reserve, exemption or credit, and no
    /// shared budget. It does what `_meterWithCare` would do for two thirds of the gas, and leaves all else to it; a fuzz
    /// test and a proof hold the two together. Nothing wraps: limit < 2^124, window < 2^22, elapsed < 2^32.
    /// @param withheld percent of the limits that the live level withholds: `_withheld()`, or 0 without levels
    function _meterOut(address asset, address account, uint256 amount, uint256 withheld) internal returns (Decision) {
        uint256 next; // the word after an ordinary payment; 0 where this is none
        uint256 slot;
        assembly ("memory-safe") {
            slot := or(shl(96, asset), LIMITER_TAG) // of `_limiter(asset)`
            let word := sload(slot)
            let limit := mul(and(shr(151, word), 0xfffff), exp(10, and(shr(171, word), 31)))
            let window := and(shr(176, word), 0xffff) // minutes
            let refilled := mul(and(sub(timestamp(), shr(119, word)), 0xffffffff), limit)
            let left := sub(and(word, USED_MASK), refilled) // signed
            let used := add(mul(sgt(left, 0), left), mul(mul(amount, window), 60))
            next := mul(
                gt(
                    and(
                        // within what the reserve leaves, in a limited mode, without a shared budget
                        lt(used, mul(mul(limit, byte(sub(shr(249, word), 16), USABLE)), window)),
                        // 0 < amount ≤ refilled: so a second has passed, there is a limit, and `used` did not wrap
                        lt(sub(amount, 1), refilled)
                    ),
                    withheld
                ),
                or(and(word, CONFIG_MASK), or(used, shl(119, and(timestamp(), 0xffffffff))))
            )
        }
        if (next == 0) return _meterWithCare(asset, account, amount, withheld);
        assembly ("memory-safe") {
            tstore(slot, amount) // a plain outflow of `TransientNet`
            sstore(slot, next)
        }
    }

    /// @param size decides whether the reserve may be used
    function _availableFor(address asset, uint256 size) internal view returns (uint256 amount) {
        OutflowWord word = _limiter(asset).word;
        Mode mode = word.mode();
        if (mode == Mode.UNLIMITED) return type(uint256).max;
        if (_word().inShadow(Guard.OUTFLOW)) return type(uint256).max;
        if (mode == Mode.UNSET) return 0;
        uint256 share = _enforcedShare();
        amount = _room(word, size, share);
        if (!word.shared()) return amount;
        uint256 units = _room(_limiter(SHARED_BUDGET).word, type(uint256).max, share);
        return Math.min(amount, Math.mulDiv(units, RATE_SCALE, _outflow().unitRates[asset]));
    }

    function _room(OutflowWord word, uint256 size, uint256 share) internal view returns (uint256) {
        uint256 limit = word.limit();
        uint256 used = word.usedAt(block.timestamp, limit);
        uint256 ceiling = word.ceilingFor(size, block.timestamp, limit);
        if (ceiling <= used) return 0;
        return (ceiling - used) * share / (100 * word.window());
    }

    /// @dev See `IOutflow.retryAt`.
    function _retryAt(address asset, uint256 amount) internal view returns (uint256 at) {
        OutflowWord word = _limiter(asset).word;
        at = block.timestamp;
        if (amount == 0 || word.mode() == Mode.UNLIMITED || _word().inShadow(Guard.OUTFLOW)) return at;
        if (word.mode() == Mode.UNSET || amount >= MAX_AMOUNT) return type(uint256).max;
        if (word.shared()) {
            uint256 units = _toCommonUnits(asset, amount, Math.Rounding.Ceil);
            at = _retryWord(_limiter(SHARED_BUDGET).word, units, type(uint256).max, at);
        }
        return _retryWord(word, amount, amount, at);
    }

    /// @return when `amount` fits, not before `from`
    function _retryWord(OutflowWord word, uint256 amount, uint256 size, uint256 from) private view returns (uint256) {
        uint256 share = _enforcedShare();
        if (from == type(uint256).max) return from;
        if (!word.consumed(amount, size, share, from).isZero()) return from;
        uint256 limit = word.limit();
        if (share == 0 || limit == 0) return type(uint256).max;
        uint256 cost = Math.ceilDiv(amount * word.window() * 100, share);
        uint256 ceiling = word.withCreditEnd(0).ceilingFor(size, from, limit);
        if (cost > ceiling) return type(uint256).max;
        return from + Math.ceilDiv(word.usedAt(from, limit) + cost - ceiling, limit);
    }

    function _enforcedShare() private view returns (uint256) {
        return _withheldInShadow() ? 100 : 100 - _withheld();
    }

    function _outflow() internal pure returns (OutflowLayout storage l) {
        assembly ("memory-safe") {
            l.slot := OUTFLOW_SLOT
        }
    }

    /// @dev The limiter of `asset` is in the slot that its address and the tag make together, 20 and 12 bytes: no two
    /// assets meet, and a slot that is a hash has this tag once in 2^96 times. A mapping would hash, for 60 gas a payment.
    function _limiter(address asset) internal pure returns (Limiter storage l) {
        assembly ("memory-safe") {
            l.slot := or(shl(96, asset), LIMITER_TAG)
        }
    }

    /// @dev The whole rule, of which the ordinary payment is one case.
    function _meterWithCare(address asset, address account, uint256 amount, uint256 withheld)
        internal
        returns (Decision)
    {
        Limiter storage limiter = _limiter(asset);
        OutflowWord word = limiter.word;
        if (amount == 0 || word.isUnlimited()) return Decision.PASS;
        if (word.isLimited()) {
            uint256 share = 100 - withheld;
            if (share != 100 && _withheldInShadow()) {
                if (!_wouldFit(limiter, word, asset, amount, share)) {
                    _emitOver(Guard.LEVEL, word, account, asset, amount, true);
                }
                share = 100;
            }
            if (_charge(limiter, word, asset, amount, share)) return Decision.PASS;
        }
        return _overLimit(word, asset, account, amount);
    }

    // ---------------------------------------------------------------- private

    /// @return false, and nothing changed, when it does not fit
    function _charge(Limiter storage limiter, OutflowWord word, address asset, uint256 amount, uint256 share)
        private
        returns (bool)
    {
        (int256 net, uint256 creditStart, uint256 chargedShare) = TransientNet.load(limiter, word.creditEnd());
        uint256 charged = amount;
        if (net > 0) (charged, word) = _netted(word, amount, uint256(net), creditStart);
        if (charged != 0) {
            word = word.consumed(charged, amount, share, block.timestamp);
            if (word.isZero()) return false;
            if (word.shared() && !_chargeShared(asset, charged, share)) return false;
            if (share > chargedShare) chargedShare = share;
        }
        unchecked {
            TransientNet.store(limiter, net - int256(amount), creditStart, chargedShare);
        }
        limiter.word = word;
        return true;
    }

    /// @dev What came in during this transaction goes out again: neither charged nor left as credit.
    function _netted(OutflowWord word, uint256 amount, uint256 net, uint256 creditStart)
        private
        view
        returns (uint256 charged, OutflowWord)
    {
        uint256 inflow = net > amount ? net - amount : 0;
        charged = amount > net ? amount - net : 0;
        return (charged, word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp)));
    }

    function _chargeShared(address asset, uint256 amount, uint256 share) private returns (bool) {
        Limiter storage budget = _limiter(SHARED_BUDGET);
        uint256 units = _toCommonUnits(asset, amount, Math.Rounding.Ceil);
        OutflowWord next = budget.word.consumed(units, type(uint256).max, share, block.timestamp);
        if (next.isZero()) return false;
        budget.word = next;
        return true;
    }

    function _refundShared(address asset, uint256 amount, uint256 share) private {
        Limiter storage budget = _limiter(SHARED_BUDGET);
        uint256 units = _toCommonUnits(asset, amount, Math.Rounding.Floor);
        budget.word = budget.word.refunded(units, share, block.timestamp);
    }

    /// @dev The decision of `_charge` without its effects.
    function _wouldFit(Limiter storage limiter, OutflowWord word, address asset, uint256 amount, uint256 share)
        private
        view
        returns (bool)
    {
        (int256 net, uint256 creditStart,) = TransientNet.load(limiter, word.creditEnd());
        uint256 charged = amount;
        if (net > 0) (charged, word) = _netted(word, amount, uint256(net), creditStart);
        if (charged == 0) return true;
        if (word.consumed(charged, amount, share, block.timestamp).isZero()) return false;
        if (!word.shared()) return true;
        uint256 units = _toCommonUnits(asset, charged, Math.Rounding.Ceil);
        OutflowWord budget = _limiter(SHARED_BUDGET).word;
        return !budget.consumed(units, type(uint256).max, share, block.timestamp).isZero();
    }

    /// @dev Refuses, queues, or (in shadow mode) says what it would have done.
    function _overLimit(OutflowWord word, address asset, address account, uint256 amount) private returns (Decision) {
        bool shadow = _word().inShadow(Guard.OUTFLOW);
        Mode mode = word.mode();
        if (!shadow && mode == Mode.UNSET) revert AssetNotConfigured(asset);
        if (!shadow && mode == Mode.LIMITED_REVERT) {
            revert OutflowLimitExceeded(asset, amount, _availableFor(asset, amount), _retryAt(asset, amount));
        }
        _emitOver(Guard.OUTFLOW, word, account, asset, amount, shadow);
        return shadow ? Decision.PASS : Decision.QUEUE;
    }

    function _toCommonUnits(address asset, uint256 amount, Math.Rounding rounding) private view returns (uint256) {
        return Math.mulDiv(amount, _outflow().unitRates[asset], RATE_SCALE, rounding);
    }

    function _emitOver(Guard guard, OutflowWord word, address account, address asset, uint256 amount, bool shadow)
        private
    {
        Decision decision = word.mode() == Mode.LIMITED_QUEUE ? Decision.QUEUE : Decision.REFUSE;
        emit GuardDecision(guard, decision, account, asset, amount, 0, shadow);
    }
}
