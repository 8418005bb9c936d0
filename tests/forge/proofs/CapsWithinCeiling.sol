// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapCorridor} from "../../../contracts/guards/caps/CapCorridor.sol";
import {Caps} from "../../../contracts/guards/caps/Caps.sol";
import {CapMode, CapWord, Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @title CapsWithinCeiling: nobody but governance raises a cap above governance's ceiling, or the corridor, or a cut
/// @custom:bounds one call of cutCap by each fast rank (any cuts), of stepCap (one cut, steps of a tenth up and a fifth
/// down, an interval of a day) and of revokeRiskSteward; any cap, floor, ceiling and times before 2102; cuts of an hour;
/// amounts of six digits, without powers of ten
contract CapsWithinCeiling is Proof, Caps {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    address private immutable CALLER = address(0xCA11E5);
    address private immutable GOVERNANCE = address(0x604E54);
    address private immutable ASSET = address(0xA55E7);
    Exposure private immutable KIND = Exposure.BORROW;
    Rank private immutable SENTINEL = Rank.SENTINEL;
    Rank private immutable GUARDIAN = Rank.GUARDIAN;
    uint256 private constant LAST_TIME = (1 << 32) - 4 * 365 days;
    uint256 private constant LIMITS = 1 hours | 4 hours << 32 | 7 days << 64 | uint256(type(uint16).max) << 208;

    // the fields without the decimal exponents
    uint256 private constant CUT = 0xfffff | uint256(type(uint32).max) << 25;
    uint256 private constant WORD_FIELDS = 0xfffff | CUT << 27 | CUT << 84 | CUT << 141;
    uint256 private constant ONE_CUT = 0xfffff | CUT << 27;
    uint256 private constant CORRIDOR_FIELDS = 0xfffff | 0xfffff << 25 | uint256(type(uint32).max) << 110;
    uint256 private constant PACE = 1000 << 50 | 2000 << 64 | 1 days << 78;

    function check_cut_sentinel(uint256 word, uint256 amount, uint32 spent, uint32 time) external {
        _cut(SENTINEL, word, amount, spent, time);
    }

    function check_cut_guardian(uint256 word, uint256 amount, uint32 spent, uint32 time) external {
        _cut(GUARDIAN, word, amount, spent, time);
    }

    /// @dev One step, inside the corridor, its bounds and its interval.
    function check_step(uint256 word, uint256 corridor, uint256 to, uint32 time) external {
        (CapWord before, CapCorridor c) = _install(word & ONE_CUT, corridor, time);
        _caps().riskSteward = CALLER;
        to &= 0xfffff;
        vm.prank(CALLER);
        this.stepCap(KIND, ASSET, to);
        CapWord next = _assertWithin(before, c, time);
        uint256 from = before.standing();
        assert(next.standing() == to && time >= c.movedAt() + c.interval());
        assert(to <= from + from * c.upBps() / 10_000 && to >= from - from * c.downBps() / 10_000);
    }

    function check_revoke(address steward, bool byGuardian) external {
        _hold(byGuardian ? GUARDIAN : SENTINEL);
        _caps().riskSteward = steward;
        vm.prank(CALLER);
        this.revokeRiskSteward();
        assert(byGuardian && _caps().riskSteward == address(0));
    }

    // ---------------------------------------------------------------- parts

    /// @dev A cut changes its rank's record alone, and that only towards less and longer. The cap in force is the least
    /// of the standing one and the live cuts: at no time is it higher than it was.
    function _cut(Rank rank, uint256 word, uint256 amount, uint32 spent, uint256 time) private {
        (CapWord before,) = _install(word, 0, time);
        _hold(rank);
        _roles().limits[rank] = RankLimits.wrap(LIMITS);
        _roles().use[rank].spent = spent;
        amount &= 0xfffff;
        vm.prank(CALLER);
        this.cutCap(KIND, ASSET, amount, 1 hours, "");
        CapWord next = _caps().words[_capKey(KIND, ASSET)];
        uint256 own = ((1 << 57) - 1) << (27 + 57 * (uint256(rank) - 1));
        assert((CapWord.unwrap(next) ^ CapWord.unwrap(before)) & ~own == 0);
        (uint256 cut, uint256 until) = before.cutOf(rank);
        (uint256 cutNow, uint256 untilNow) = next.cutOf(rank);
        assert(cutNow <= amount && untilNow > time);
        assert(time >= until || (cutNow <= cut && untilNow >= until));
    }

    function _install(uint256 word, uint256 corridor, uint256 time) private returns (CapWord w, CapCorridor c) {
        vm.assume(time < LAST_TIME);
        vm.warp(time);
        _roles().governance = GOVERNANCE;
        _roles().isSealed = true;
        w = CapWord.wrap(word & WORD_FIELDS | uint256(CapMode.CAPPED) << 25);
        c = CapCorridor.wrap(corridor & CORRIDOR_FIELDS | PACE);
        _caps().words[_capKey(KIND, ASSET)] = w;
        if (corridor == 0) return (w, c);
        vm.assume(c.withMovedAt(0).isValid() && c.movedAt() <= time);
        vm.assume(c.floor() <= w.standing() && w.standing() <= c.ceiling());
        _caps().corridors[_capKey(KIND, ASSET)] = c;
    }

    /// @dev The cap moved inside the corridor, upwards only without a live cut; only the time of the move has changed.
    function _assertWithin(CapWord before, CapCorridor c, uint256 time) private view returns (CapWord next) {
        next = _caps().words[_capKey(KIND, ASSET)];
        assert(c.floor() <= next.standing() && next.standing() <= c.ceiling());
        assert(next.standing() <= before.standing() || time >= before.cutUntil());
        assert(CapWord.unwrap(next) >> 27 == CapWord.unwrap(before) >> 27);
        uint256 now_ = CapCorridor.unwrap(_caps().corridors[_capKey(KIND, ASSET)]);
        assert(now_ == CapCorridor.unwrap(c.withMovedAt(time)));
    }

    function _hold(Rank rank) private {
        _roles().governance = GOVERNANCE;
        _roles().holders[CALLER] = Holder(rank, type(uint32).max, 0);
    }
}
