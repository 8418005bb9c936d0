// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {Guard, Level, Rank} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @title GuardWordRoundTrip: what is written into a field is read from it, and no other bit moves
/// @custom:bounds none: any word, any field, any value of the field's width
contract GuardWordRoundTrip is Proof {
    function check_pause(GuardWord word, uint8 r, uint16 operations, uint32 until) external pure {
        Rank rank = _rank(r);
        GuardWord next = word.withPause(rank, operations, until);
        (uint16 operations_, uint256 until_) = next.pauseOf(rank);
        assert(operations_ == operations && until_ == until);
        assert(_outside(word, next, 48 * (uint256(rank) - 1), 48));
    }

    function check_level(GuardWord word, uint8 r, uint8 l, uint32 until) external pure {
        Rank rank = _rank(r);
        vm.assume(l <= uint8(Level.FROZEN));
        GuardWord next = word.withLevel(rank, Level(l), until);
        (Level level, uint256 until_) = next.levelOf(rank);
        bool governance = rank == Rank.GOVERNANCE;
        assert(level == Level(l) && until_ == (governance ? type(uint256).max : until));
        assert(_outside(word, next, 144 + 35 * (uint256(rank) - 1), governance ? 3 : 35));
    }

    function check_lockHorizon(GuardWord word, uint32 horizon) external pure {
        GuardWord next = word.withLockHorizon(horizon);
        assert(next.lockHorizon() == horizon);
        assert(_outside(word, next, 217, 32));
    }

    function check_flags(GuardWord word, uint8 g, bool value) external pure {
        vm.assume(g <= uint8(Guard.LOCK));
        GuardWord next = word.withShadow(Guard(g), value);
        assert(next.inShadow(Guard(g)) == value && _outside(word, next, 249 + g, 1));
        next = word.withAging(value);
        assert(next.agesDeposits() == value && _outside(word, next, 253, 1));
        next = word.withGrace(value);
        assert(next.inGrace() == value && _outside(word, next, 254, 1));
        next = word.withBlocks(value);
        assert(next.mayBlock() == value && _outside(word, next, 255, 1));
    }

    /// @dev The hot path's one test: false only when no rank's pause names the operation, no level is raised, no
    /// grace is kept and nobody may be blocked.
    function check_mayRestrict(GuardWord word, uint16 operation) external pure {
        uint256 named;
        uint256 raised;
        for (uint8 r = 1; r <= 3; ++r) {
            named |= GuardWord.unwrap(word) >> (48 * (r - 1)) & operation;
            raised |= GuardWord.unwrap(word) >> (144 + 35 * (r - 1)) & 7;
        }
        assert(word.mayRestrict(operation) == (named | raised != 0 || word.inGrace() || word.mayBlock()));
    }

    function _rank(uint8 r) private pure returns (Rank) {
        vm.assume(r >= 1 && r <= 3);
        return Rank(r);
    }

    function _outside(GuardWord a, GuardWord b, uint256 offset, uint256 width) private pure returns (bool) {
        return (GuardWord.unwrap(a) ^ GuardWord.unwrap(b)) & ~(((1 << width) - 1) << offset) == 0;
    }
}
