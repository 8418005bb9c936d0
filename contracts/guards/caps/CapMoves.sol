// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBase} from "../GuardBase.sol";
import {Rank} from "../Types.sol";
import {CapAmount} from "./CapAmount.sol";
import {CapCorridor, CapCorridorLib} from "./CapCorridor.sol";
import {CapSource, IVolatilitySource} from "./CapSource.sol";
import {CapMode, CapWord, Exposure} from "./CapWord.sol";
import {CapsCore} from "./CapsCore.sol";
import {ICaps} from "./ICaps.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title CapMoves: caps that move between two settings of governance, by a risk steward or after a source
///
/// Guards: against a steward or a source that is wrong or hostile. Over any time T a steward raises a cap at most by
/// (1 + up)^(1 + T/interval), a source by (1 + up) · e^(up·T/interval); neither beyond the corridor, nor upwards while
/// a cut is live, nor a cap that stands at 0. Each cap has its own interval, so that a hundred steps at once are one.
/// Where no answer can be used (stale, from the future, zero, none) the cap falls towards the floor at the slow pace,
/// that of rising: a dead source costs room gradually, and never gives any.
///
/// Trusts: the source to say what is so, within the corridor. Assumes: `block.timestamp` honest within seconds.
/// Does not guard: against a source that is right too late.
abstract contract CapMoves is ICaps, CapsCore, GuardBase {
    /// @dev What a source may use; less given to it would let the caller make a good source fail.
    uint256 private constant SOURCE_GAS = 300_000;
    uint256 private constant GAS_NEEDED = SOURCE_GAS * 64 / 63 + 5000;
    uint256 private constant BPS = CapCorridorLib.BPS;

    // ---------------------------------------------------------------- external: governance

    function setCapCorridor(Exposure kind, address asset, CapCorridor corridor) external virtual {
        CapCorridor previous = _caps().corridors[_capKey(kind, asset)];
        _governed(previous.isExceededBy(corridor));
        if (!corridor.isNone()) {
            CapWord word = _caps().words[_capKey(kind, asset)];
            if (!corridor.isValid()) revert InvalidCorridor(kind, asset);
            if (word.mode() != CapMode.CAPPED) revert CapNotMovable(kind, asset);
            _requireWithin(word.standing(), corridor);
        }
        if (!_caps().sources[_capKey(kind, asset)].isNone()) _requireFallsFaster(kind, asset, corridor);
        _storeCorridor(kind, asset, corridor.withMovedAt(previous.movedAt()));
    }

    function setCapSource(Exposure kind, address asset, CapSource source) external virtual {
        _governed(true);
        bytes32 key = _capKey(kind, asset);
        if (!source.isNone()) {
            if (!source.isValid()) revert InvalidCapSource(kind, asset);
            if (_caps().corridors[key].isNone()) revert CapNotMovable(kind, asset);
            _requireFallsFaster(kind, asset, _caps().corridors[key]);
        }
        emit CapSourceSet(kind, asset, _caps().sources[key], source);
        _caps().sources[key] = source;
    }

    function setRiskSteward(address steward) external virtual {
        _governed(steward != address(0));
        _storeSteward(steward);
    }

    // ---------------------------------------------------------------- external: guardian, steward, anyone

    function revokeRiskSteward() external virtual {
        _requireRank(Rank.GUARDIAN);
        _storeSteward(address(0));
    }

    function stepCap(Exposure kind, address asset, uint256 cap) external virtual {
        if (msg.sender != _caps().riskSteward) revert NotRiskSteward(msg.sender);
        CapCorridor corridor = _caps().corridors[_capKey(kind, asset)];
        bool follows = !_caps().sources[_capKey(kind, asset)].isNone();
        if (corridor.isNone() || follows) revert CapNotMovable(kind, asset);
        uint256 nextAt = corridor.movedAt() + corridor.interval();
        if (block.timestamp < nextAt) revert StepTooSoon(kind, asset, nextAt);

        uint256 from = _caps().words[_capKey(kind, asset)].standing();
        uint256 lowest = Math.max(corridor.floor(), from - from * corridor.downBps() / BPS);
        uint256 highest = Math.min(corridor.ceiling(), from + from * corridor.upBps() / BPS);
        uint256 packed = CapAmount.pack(cap);
        cap = CapAmount.unpack(packed);
        if (cap < lowest || cap > highest || cap == from) revert StepOutOfBounds(cap, lowest, highest);
        _move(kind, asset, from, packed);
        emit CapStepped(kind, asset, msg.sender, from, cap);
    }

    function syncCap(Exposure kind, address asset) external virtual {
        CapCorridor corridor = _caps().corridors[_capKey(kind, asset)];
        CapSource source = _caps().sources[_capKey(kind, asset)];
        if (source.isNone() || corridor.isNone()) revert CapNotMovable(kind, asset);
        uint256 from = _caps().words[_capKey(kind, asset)].standing();
        uint256 bps = _volatility(source, asset);
        uint256 packed = _towards(corridor, from, _target(source, corridor, bps), bps != 0);
        uint256 cap = CapAmount.unpack(packed);
        if (cap == from) revert NothingToSync(kind, asset);
        _move(kind, asset, from, packed);
        emit CapSynced(kind, asset, from, cap, bps);
    }

    function capCorridor(Exposure kind, address asset) external view virtual returns (CapCorridor) {
        return _caps().corridors[_capKey(kind, asset)];
    }

    function capSource(Exposure kind, address asset) external view virtual returns (CapSource) {
        return _caps().sources[_capKey(kind, asset)];
    }

    function riskSteward() external view virtual returns (address) {
        return _caps().riskSteward;
    }

    // ---------------------------------------------------------------- internal

    function _storeCorridor(Exposure kind, address asset, CapCorridor corridor) internal {
        bytes32 key = _capKey(kind, asset);
        emit CapCorridorSet(kind, asset, _caps().corridors[key], corridor);
        _caps().corridors[key] = corridor;
    }

    // ---------------------------------------------------------------- private

    function _storeSteward(address steward) private {
        emit RiskStewardSet(_caps().riskSteward, steward, msg.sender);
        _caps().riskSteward = steward;
    }

    function _move(Exposure kind, address asset, uint256 from, uint256 packed) private {
        bytes32 key = _capKey(kind, asset);
        CapWord word = _caps().words[key];
        uint256 until = word.cutUntil();
        if (CapAmount.unpack(packed) > from && block.timestamp < until) revert CutIsLive(kind, asset, until);
        _caps().words[key] = word.withStanding(CapMode.CAPPED, packed);
        _caps().corridors[key] = _caps().corridors[key].withMovedAt(block.timestamp);
    }

    /// @return packed cap after a move from `from` towards `target`, rounded to where it comes from
    function _towards(CapCorridor corridor, uint256 from, uint256 target, bool answered)
        private
        view
        returns (uint256)
    {
        uint256 interval = corridor.interval();
        uint256 elapsed = Math.min(block.timestamp - corridor.movedAt(), interval);
        uint256 pace = answered && target < from ? corridor.downBps() : corridor.upBps();
        uint256 step = from * pace * elapsed / (BPS * interval);
        if (target > from) return CapAmount.pack(Math.min(target, from + step));
        return CapAmount.packUp(Math.max(target, from - step));
    }

    /// @return the cap that the source asks for, within the corridor; the floor without an answer
    function _target(CapSource source, CapCorridor corridor, uint256 bps) private pure returns (uint256) {
        if (bps == 0) return corridor.floor();
        uint256 target = source.base() * source.targetBps() / bps;
        return Math.max(corridor.floor(), Math.min(corridor.ceiling(), target));
    }

    /// @return bps what the source says, 0 where that cannot be used
    function _volatility(CapSource source, address asset) private view returns (uint256 bps) {
        if (gasleft() < GAS_NEEDED) revert GasTooLow(GAS_NEEDED);
        address target = source.source();
        bytes memory query = abi.encodeCall(IVolatilitySource.volatility, (asset));
        uint256 updatedAt;
        bool answered;
        assembly ("memory-safe") {
            // two words are read, however many are returned
            answered := staticcall(SOURCE_GAS, target, add(query, 32), mload(query), 0, 64)
            answered := and(answered, gt(returndatasize(), 63))
            bps := mload(0)
            updatedAt := mload(32)
        }
        bool usable = answered && updatedAt <= block.timestamp && block.timestamp - updatedAt <= source.maxAge();
        return usable ? bps : 0;
    }

    function _requireWithin(uint256 cap, CapCorridor corridor) private pure {
        if (cap < corridor.floor() || cap > corridor.ceiling()) {
            revert CapOutsideCorridor(cap, corridor.floor(), corridor.ceiling());
        }
    }

    function _requireFallsFaster(Exposure kind, address asset, CapCorridor corridor) private pure {
        if (corridor.downBps() < corridor.upBps()) revert InvalidCorridor(kind, asset);
    }
}
