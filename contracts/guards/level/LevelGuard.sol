// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Gate} from "../gate/Gate.sol";
import {GuardWord} from "../GuardWord.sol";
import {Guard, Level, Op, Rank} from "../Types.sol";
import {ILevel} from "./ILevel.sol";

/// @title LevelGuard: normal → throttled → queued → exit-only → frozen
///
/// Guards: the protocol as a whole, when something is wrong and nobody yet knows what. A level closes operations and
/// shrinks every outflow limit at once, without touching the assets one by one.
/// Trusts: a fast rank to raise up to its `maxLevel`, in time that its pause budget pays for; governance to lower.
/// Assumes: rules are monotone (checked), so that raising a level can never loosen anything.
/// Does not guard: what the rules leave open.
abstract contract LevelGuard is ILevel, Gate {
    // ---------------------------------------------------------------- external

    function level() external view virtual returns (Level) {
        return _liveLevel(_word());
    }

    function levelOf(Rank rank) external view virtual returns (Level level_, uint256 until) {
        return _word().levelOf(rank);
    }

    function levelRules() external view virtual returns (uint256) {
        return _gate().levelRules;
    }

    function raiseLevel(Level level_, uint256 duration, string calldata reason) external virtual {
        Rank rank = _requireRank(Rank.SENTINEL);
        Level maximum = rank == Rank.GOVERNANCE ? Level.FROZEN : Level(_limitsOf(rank).maxLevel());
        if (level_ == Level.NORMAL || level_ > maximum) revert LevelOutOfBounds(level_, maximum);
        GuardWord word = _word();
        (Level current, uint256 currentUntil) = word.levelOf(rank);
        if (block.timestamp >= currentUntil) {
            word = _keepEnd(word, Guard.LEVEL, _closedAt(current), currentUntil);
            current = Level.NORMAL;
        }
        uint256 until = type(uint256).max;
        if (rank != Rank.GOVERNANCE) {
            until = _restrict(rank, duration, _graceCharge(_closedAt(level_), _closedAt(current)));
            if (currentUntil > until) until = currentUntil;
        }
        if (current > level_) level_ = current;
        _setWord(word.withLevel(rank, level_, until));
        emit LevelRaised(rank, msg.sender, level_, until, reason);
    }

    function lowerLevel(Level level_, string calldata reason) external virtual {
        _governed(true);
        _requireResumable();
        GuardWord word = _word();
        if (level_ >= _liveLevel(word)) revert NothingToLower(level_);
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            word = _lower(word, Rank(r), level_);
        }
        _setWord(word);
        emit LevelLowered(level_, reason);
    }

    function setLevelRules(uint256 rules) external virtual {
        uint256 previous = _gate().levelRules;
        bool loosens;
        uint256 closesBelow;
        uint256 shareBelow = 100;
        for (uint256 i = 1; i <= uint8(Level.FROZEN); ++i) {
            uint256 closes = uint16(rules >> (24 * i));
            uint256 share = uint8(rules >> (24 * i + 16));
            bool defenceClosed = closes & Op.DEFENCE != 0;
            bool closedOnlyFrozen = !defenceClosed || (i == uint8(Level.FROZEN) && closes & Op.LIQUIDATE != 0);
            if (share > shareBelow || closesBelow & ~closes != 0 || !closedOnlyFrozen) {
                revert InvalidLevelRule(Level(i));
            }
            loosens = loosens || share > uint8(previous >> (24 * i + 16)) || uint16(previous >> (24 * i)) & ~closes != 0;
            (closesBelow, shareBelow) = (closes, share);
        }
        if (rules >> 120 != 0 || uint24(rules) != 0) revert InvalidLevelRule(Level.NORMAL);
        _governed(loosens);
        if (loosens) _requireResumable();
        _keepEndsUnderRules();
        emit LevelRulesSet(previous, rules);
        _gate().levelRules = uint192(rules);
    }

    // ---------------------------------------------------------------- private

    /// @dev What levels closed by the rules so far counts, and its grace runs, whatever the next rules say.
    function _keepEndsUnderRules() private {
        GuardWord word = _word();
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level current, uint256 until) = word.levelOf(Rank(r));
            word = _keepEnd(word, Guard.LEVEL, _closedAt(current), until < block.timestamp ? until : block.timestamp);
        }
        _setWord(word);
    }

    function _lower(GuardWord word, Rank rank, Level level_) private returns (GuardWord) {
        (Level current, uint256 until) = word.levelOf(rank);
        if (current <= level_ || block.timestamp >= until) return word;
        word = _keepEnd(word, Guard.LEVEL, _closedAt(current), block.timestamp);
        if (rank != Rank.GOVERNANCE) {
            (, uint256 pauseUntil) = word.pauseOf(rank);
            _endEarly(rank, level_ == Level.NORMAL || pauseUntil > until ? pauseUntil : until);
        }
        return word.withLevel(rank, level_, level_ == Level.NORMAL ? 0 : until);
    }
}
