// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {SubjectRecord} from "../../../contracts/guards/roles/SubjectRecord.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @dev Code for the address of the next controls; no proof calls it.
contract Nothing {}

/// @title OnlyTighten: a sentinel or a guardian changes its own records alone, and those only towards more and longer
/// @custom:bounds one call of pause, raiseLevel, lock and heartbeat by each fast rank; any guard word, lock record,
/// limits (for locks: one set of them), budget used, operations, level and times before 2102; pauses and levels of an
/// hour, a liquidation grace of an hour. What an old record leaves for `reopenedAt` is fuzzed. Claims: see Conservation
contract OnlyTighten is Proof, EmergencyControls {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    address private immutable CALLER = address(0xCA11E5);
    address private immutable GOVERNANCE = address(0x604E54);
    bytes32 private immutable SUBJECT = bytes32(uint256(1));
    /// @dev Pauses off; locks of a day, a hundred in 30 days, 3 days a subject.
    uint256 private constant LOCK_LIMITS = 3 days << 32 | 30 days << 64 | 1 days << 160 | 100 << 192;
    uint256 private constant LAST_TIME = (1 << 32) - 4 * 365 days;
    uint256 private constant GRACE = 1 << 254;
    uint256 private constant HORIZON = uint256(type(uint32).max) << 217;

    Rank private immutable SENTINEL = Rank.SENTINEL;
    Rank private immutable GUARDIAN = Rank.GUARDIAN;

    constructor() EmergencyControls(address(new Nothing())) {}

    /// @dev Sixteen branches at each unknown set of operations: too many paths, and no guard reads what they write.
    function _noteReopening(uint16, uint256) internal pure override {}

    function check_pause_sentinel(uint256 word, uint256 limits, uint32 spent, uint32 covered, uint32 time, uint16 ops)
        external
    {
        _pause(SENTINEL, word, limits, spent, covered, time, ops);
    }

    function check_pause_guardian(uint256 word, uint256 limits, uint32 spent, uint32 covered, uint32 time, uint16 ops)
        external
    {
        _pause(GUARDIAN, word, limits, spent, covered, time, ops);
    }

    function check_raiseLevel_sentinel(
        uint256 word,
        uint256 limits,
        uint32 spent,
        uint32 covered,
        uint32 time,
        uint8 to
    ) external {
        _raise(SENTINEL, word, limits, spent, covered, time, to);
    }

    function check_raiseLevel_guardian(
        uint256 word,
        uint256 limits,
        uint32 spent,
        uint32 covered,
        uint32 time,
        uint8 to
    ) external {
        _raise(GUARDIAN, word, limits, spent, covered, time, to);
    }

    function check_lock_sentinel(uint256 word, uint256 record, uint32 time, uint32 duration) external {
        _lock(SENTINEL, word, LOCK_LIMITS, record, time, duration);
    }

    function check_lock_guardian(uint256 word, uint256 record, uint32 time, uint32 duration) external {
        _lock(GUARDIAN, word, LOCK_LIMITS, record, time, duration);
    }

    function check_heartbeat(uint256 word, uint256 limits, uint32 time) external {
        _install(SENTINEL, word, limits, 0, 0, time);
        vm.prank(CALLER);
        this.heartbeat();
        _assertOnly(word, limits, SENTINEL, 0);
        assert(_roles().holders[CALLER].rank == Rank.SENTINEL);
    }

    // ---------------------------------------------------------------- theorems

    function _pause(
        Rank rank,
        uint256 word,
        uint256 limits,
        uint32 spent,
        uint32 covered,
        uint256 time,
        uint16 operations
    ) private {
        _install(rank, word, limits, spent, covered, time);
        (uint16 closed, uint256 until) = GuardWord.wrap(word).pauseOf(rank);
        vm.prank(CALLER);
        this.pause(operations, 1 hours, "");
        _assertOnly(word, limits, rank, (((1 << 48) - 1) << (48 * (uint256(rank) - 1))) | GRACE);
        (uint16 closedNow, uint256 untilNow) = _word().pauseOf(rank);
        assert(operations & ~closedNow == 0 && untilNow > time);
        assert(time >= until || (closed & ~closedNow == 0 && untilNow >= until));
    }

    function _raise(Rank rank, uint256 word, uint256 limits, uint32 spent, uint32 covered, uint256 time, uint8 to)
        private
    {
        vm.assume(to <= uint8(type(Level).max));
        _install(rank, word, limits, spent, covered, time);
        uint256 field = word >> (144 + 35 * (uint256(rank) - 1));
        vm.assume(field & 7 <= 4);
        vm.prank(CALLER);
        this.raiseLevel(Level(to), 1 hours, "");
        _assertOnly(word, limits, rank, (((1 << 35) - 1) << (144 + 35 * (uint256(rank) - 1))) | GRACE);
        (Level level, uint256 until) = _word().levelOf(rank);
        assert(uint8(level) >= to && until > time);
        bool wasLive = time < uint32(field >> 3);
        assert(!wasLive || (uint8(level) >= field & 7 && until >= uint32(field >> 3)));
    }

    function _lock(Rank rank, uint256 word, uint256 limits, uint256 record, uint256 time, uint256 duration) private {
        _install(rank, word, limits, 0, 0, time);
        _lockLayout().locks[SUBJECT] = SubjectRecord.wrap(record);
        vm.prank(CALLER);
        this.lock(SUBJECT, duration, 7, "");
        _assertOnly(word, limits, rank, HORIZON);
        uint256 offset = 32 * (uint256(rank) - 1);
        uint256 own = (uint256(type(uint32).max) << offset) | (uint256(type(uint32).max) << (96 + offset));
        uint256 next = SubjectRecord.unwrap(_lockLayout().locks[SUBJECT]);
        assert((next ^ record) & ~own & type(uint160).max == 0);
        assert(uint32(next >> offset) >= uint32(record >> offset) && uint32(next >> offset) >= time + duration);
        assert(_word().lockHorizon() >= uint32(word >> 217));
    }

    // ---------------------------------------------------------------- parts

    function _install(Rank rank, uint256 word, uint256 limits, uint32 spent, uint32 covered, uint256 time) private {
        vm.assume(time < LAST_TIME && RankLimits.wrap(limits).isValid());
        _setWord(GuardWord.wrap(word));
        _gate().liquidationGrace = 1 hours;
        _roles().governance = GOVERNANCE;
        _roles().isSealed = true;
        _roles().holders[CALLER] = Holder(rank, type(uint32).max, 0);
        _roles().limits[rank] = RankLimits.wrap(limits);
        _roles().use[rank] = RankUse(spent, covered, false, 0, 0, 0);
        vm.warp(time);
    }

    /// @dev Of all that restricts, only `fields` of the guard word have changed.
    function _assertOnly(uint256 word, uint256 limits, Rank rank, uint256 fields) private view {
        assert((GuardWord.unwrap(_word()) ^ word) & ~fields == 0);
        assert(_roles().governance == GOVERNANCE && _roles().isSealed && _gate().liquidationGrace == 1 hours);
        assert(RankLimits.unwrap(_roles().limits[rank]) == limits);
    }
}
