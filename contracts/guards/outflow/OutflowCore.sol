// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardStorage} from "../GuardStorage.sol";
import {Decision, Guard} from "../Types.sol";
import {Mode, OutflowWord, OutflowWordLib} from "./OutflowWord.sol";
import {TransientNet} from "./TransientNet.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title OutflowCore: "may this much leave now?"
///
/// The part of `Outflow` that every movement of assets runs: one storage word an asset.
abstract contract OutflowCore is GuardStorage {
    error AssetNotConfigured(address asset);
    error OutflowLimitExceeded(address asset, uint256 amount, uint256 available, uint256 retryAt);

    /// @custom:storage-location erc7201:guardrails.outflow
    struct OutflowLayout {
        mapping(address asset => OutflowWord) words;
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

    /// @notice The pseudo-asset of the shared budget: the last 20 bytes of keccak256("guardrails.shared").
    address public constant SHARED_BUDGET = 0x5E9c9C191b97B9C17d444B1F29f580aBAEc1254c;

    /// @dev Above this no amount fits any configured limit; keeps the arithmetic far from its types' maxima.
    uint256 internal constant MAX_AMOUNT = 1 << OutflowWordLib.USED_BITS;
    uint256 internal constant RATE_SCALE = 1e18;
    // keccak256(abi.encode(uint256(keccak256("guardrails.outflow")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OUTFLOW_SLOT = 0xb597630f7b3d0972e91a249945c2e621d99036e8e1b7bf37da515dd53b102b00;

    // ---------------------------------------------------------------- internal

    /// @dev Percent of the limits that the live level leaves, and whether that is in shadow mode. 100 without levels.
    function _outflowShare() internal view virtual returns (uint256 share, bool shadow) {
        return (100, false);
    }

    /// @dev Meters what came in. `amount` is what arrived, measured by the caller.
    function _meterIn(address asset, uint256 amount) internal virtual {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (amount == 0 || mode == Mode.UNSET || mode == Mode.UNLIMITED) return;
        if (amount > MAX_AMOUNT) amount = MAX_AMOUNT;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        if (net < 0) {
            uint256 refund = Math.min(amount, uint256(-net));
            word = _refunded(word, refund);
            if (word.shared()) {
                OutflowWord budget = _outflow().words[SHARED_BUDGET];
                _outflow().words[SHARED_BUDGET] = _refunded(budget, _toCommonUnitsDown(asset, refund));
            }
        }
        net = TransientNet.add(asset, net, creditStart, int256(amount));
        uint256 inflow = net > 0 ? uint256(net) : 0;
        _outflow().words[asset] = word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp));
    }

    /// @dev Decides on `amount` leaving now and, when it may, charges it. Reverts where the asset's mode says so.
    /// The guard word is read only when the answer is not a plain pass.
    function _meterOut(address asset, address account, uint256 amount) internal virtual returns (Decision) {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (amount == 0 || mode == Mode.UNLIMITED) return Decision.PASS;
        if (mode != Mode.UNSET) {
            (uint256 share, bool levelInShadow) = _outflowShare();
            if (levelInShadow) {
                if (!_fits(word, asset, amount, share)) _emitOver(Guard.LEVEL, mode, account, asset, amount, true);
                share = 100;
            }
            if (_charge(word, asset, amount, share)) return Decision.PASS;
        }
        bool shadow = _word().inShadow(Guard.OUTFLOW);
        if (!shadow && mode == Mode.UNSET) revert AssetNotConfigured(asset);
        if (!shadow && mode == Mode.LIMITED_REVERT) {
            revert OutflowLimitExceeded(asset, amount, _availableFor(asset, amount), _retryAt(asset, amount));
        }
        _emitOver(Guard.OUTFLOW, mode, account, asset, amount, shadow);
        return shadow ? Decision.PASS : Decision.QUEUE;
    }

    /// @param size decides whether the reserve may be used
    function _availableFor(address asset, uint256 size) internal view returns (uint256 amount) {
        OutflowWord word = _outflow().words[asset];
        Mode mode = word.mode();
        if (mode == Mode.UNLIMITED) return type(uint256).max;
        if (_word().inShadow(Guard.OUTFLOW)) return type(uint256).max;
        if (mode == Mode.UNSET) return 0;
        (uint256 share, bool levelInShadow) = _outflowShare();
        if (levelInShadow) share = 100;
        amount = _room(word, size, share);
        if (!word.shared()) return amount;
        uint256 units = _room(_outflow().words[SHARED_BUDGET], type(uint256).max, share);
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
        OutflowWord word = _outflow().words[asset];
        if (amount == 0 || word.mode() == Mode.UNLIMITED) return block.timestamp;
        if (word.mode() == Mode.UNSET || amount >= MAX_AMOUNT) return type(uint256).max;
        at = _retryWord(word, amount, amount);
        if (!word.shared()) return at;
        uint256 units = _toCommonUnits(asset, amount);
        return Math.max(at, _retryWord(_outflow().words[SHARED_BUDGET], units, type(uint256).max));
    }

    function _retryWord(OutflowWord word, uint256 amount, uint256 size) private view returns (uint256) {
        (uint256 share, bool levelInShadow) = _outflowShare();
        if (levelInShadow) share = 100;
        (bool fits,) = _consumed(word, amount, size, share);
        if (fits) return block.timestamp;
        uint256 limit = word.limit();
        if (share == 0 || limit == 0) return type(uint256).max;
        uint256 cost = Math.ceilDiv(amount * word.window() * 100, share);
        uint256 ceiling = word.withCreditEnd(0).ceilingFor(size, block.timestamp, limit);
        if (cost > ceiling) return type(uint256).max;
        uint256 excess = word.usedAt(block.timestamp, limit) + cost - ceiling;
        return block.timestamp + Math.ceilDiv(excess, limit);
    }

    function _outflow() internal pure returns (OutflowLayout storage l) {
        assembly ("memory-safe") {
            l.slot := OUTFLOW_SLOT
        }
    }

    // ---------------------------------------------------------------- private

    /// @return false, and nothing changed, when it does not fit
    function _charge(OutflowWord word, address asset, uint256 amount, uint256 share) private returns (bool) {
        if (amount >= MAX_AMOUNT) return false;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        uint256 charged = amount;
        if (net > 0) {
            // what came in during this transaction goes out again: neither charged nor left as credit
            uint256 inflow = uint256(net) > amount ? uint256(net) - amount : 0;
            charged = amount - (uint256(net) - inflow);
            word = word.withCreditEnd(word.grantedCreditEnd(creditStart, inflow, block.timestamp));
        }
        if (charged != 0) {
            bool fits;
            (fits, word) = _consumed(word, charged, amount, share);
            if (!fits) return false;
            if (word.shared() && !_chargeShared(asset, charged, share)) return false;
        }
        TransientNet.add(asset, net, creditStart, -int256(amount));
        _outflow().words[asset] = word;
        return true;
    }

    function _chargeShared(address asset, uint256 amount, uint256 share) private returns (bool fits) {
        OutflowWord budget = _outflow().words[SHARED_BUDGET];
        (fits, budget) = _consumed(budget, _toCommonUnits(asset, amount), type(uint256).max, share);
        if (fits) _outflow().words[SHARED_BUDGET] = budget;
    }

    /// @dev The decision of `_charge` without its effects.
    function _fits(OutflowWord word, address asset, uint256 amount, uint256 share) private view returns (bool fits) {
        if (amount >= MAX_AMOUNT) return false;
        (int256 net, uint256 creditStart) = TransientNet.load(asset, word.creditEnd());
        if (net >= int256(amount)) return true;
        uint256 charged = amount;
        if (net > 0) {
            charged -= uint256(net);
            word = word.withCreditEnd(creditStart);
        }
        (fits,) = _consumed(word, charged, amount, share);
        if (fits && word.shared()) {
            OutflowWord budget = _outflow().words[SHARED_BUDGET];
            (fits,) = _consumed(budget, _toCommonUnits(asset, charged), type(uint256).max, share);
        }
    }

    /// @param size the whole amount, which decides whether it counts as small
    function _consumed(OutflowWord word, uint256 charged, uint256 size, uint256 share)
        private
        view
        returns (bool, OutflowWord)
    {
        if (share == 0 || charged >= MAX_AMOUNT) return (false, word);
        uint256 limit = word.limit();
        uint256 used = word.usedAt(block.timestamp, limit);
        unchecked {
            uint256 cost = charged * word.window();
            if (share != 100) cost = (cost * 100 + share - 1) / share;
            used += cost;
        }
        if (used > word.ceilingFor(size, block.timestamp, limit)) return (false, word);
        return (true, word.withUsed(used, block.timestamp));
    }

    function _refunded(OutflowWord word, uint256 amount) private view returns (OutflowWord) {
        uint256 used = word.usedAt(block.timestamp, word.limit());
        uint256 refund = amount * word.window();
        return word.withUsed(used > refund ? used - refund : 0, block.timestamp);
    }

    function _toCommonUnits(address asset, uint256 amount) private view returns (uint256) {
        return Math.mulDiv(amount, _outflow().unitRates[asset], RATE_SCALE, Math.Rounding.Ceil);
    }

    function _toCommonUnitsDown(address asset, uint256 amount) private view returns (uint256) {
        return Math.mulDiv(amount, _outflow().unitRates[asset], RATE_SCALE);
    }

    function _emitOver(Guard guard, Mode mode, address account, address asset, uint256 amount, bool shadow) private {
        Decision decision = mode == Mode.LIMITED_QUEUE ? Decision.QUEUE : Decision.REFUSE;
        emit GuardDecision(guard, decision, account, asset, amount, 0, shadow);
    }
}
