// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Gate} from "../Gate.sol";
import {GuardWord} from "../GuardWord.sol";
import {Level, Op, Rank} from "../Types.sol";
import {ILevel, LevelRule} from "./ILevel.sol";

/// @title LevelGuard: normal → throttled → queued → exit-only → frozen
///
/// Guards: the protocol as a whole, when something is wrong and nobody yet knows what. A level closes operations and
/// shrinks every outflow limit at once, without touching the assets one by one.
/// Trusts: a fast rank to raise up to its `maxLevel`, in time that its pause budget pays for; governance to lower.
/// Assumes: rules are monotone (checked), so that raising a level can never loosen anything.
/// Does not guard: what the rules leave open.
abstract contract LevelGuard is ILevel, Gate {
    uint256 private constant RULE_WIDTH = 24;

    // ---------------------------------------------------------------- external

    function level() public view virtual returns (Level) {
        return _liveLevel(_word());
    }

    function levelOf(Rank rank) external view virtual returns (Level level_, uint256 until) {
        return _word().levelOf(rank);
    }

    function levelRule(Level level_) public view virtual returns (LevelRule memory) {
        return level_ == Level.NORMAL ? LevelRule(0, 100) : _rule(level_);
    }

    function raiseLevel(Level level_, uint256 duration, string calldata reason) external virtual {
        Rank rank = _requireRank(Rank.SENTINEL);
        Level maximum = rank == Rank.GOVERNANCE ? Level.FROZEN : Level(_limitsOf(rank).maxLevel);
        if (level_ == Level.NORMAL || level_ > maximum) revert LevelOutOfBounds(level_, maximum);
        GuardWord word = _word();
        (Level current, uint256 currentUntil) = word.levelOf(rank);
        uint256 until = rank == Rank.GOVERNANCE ? type(uint256).max : _restrict(rank, duration);
        if (block.timestamp < currentUntil) {
            if (current > level_) level_ = current;
            if (currentUntil > until) until = currentUntil;
        } else if (_closesLiquidation(current)) {
            word = _keepGrace(word, rank, currentUntil);
        }
        _setWord(word.withLevel(rank, level_, until));
        emit LevelRaised(rank, msg.sender, level_, until, reason);
    }

    function lowerLevel(Level level_, string calldata reason) external virtual {
        _governed(true);
        GuardWord word = _word();
        Level before = _liveLevel(word);
        if (level_ >= before) revert NothingToLower(level_);
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GUARDIAN); ++r) {
            (Level current, uint256 until) = word.levelOf(Rank(r));
            if (current <= level_ || block.timestamp >= until) continue;
            word = word.withLevel(Rank(r), current, block.timestamp);
            (, uint256 pauseUntil) = word.pauseOf(Rank(r));
            _endEarly(Rank(r), pauseUntil);
        }
        (Level own,) = word.levelOf(Rank.GOVERNANCE);
        if (own > level_) {
            word = word.withLevel(Rank.GOVERNANCE, level_, 0);
            // it had no end from which a grace could run
            if (_closesLiquidation(own)) word = _keepGrace(word, Rank.GOVERNANCE, block.timestamp);
        }
        _setWord(word);
        emit LevelLowered(level_, reason);
    }

    function setLevelRules(LevelRule[4] calldata rules) external virtual {
        uint256 packed;
        bool loosens;
        LevelRule memory below = LevelRule(0, 100);
        for (uint256 i = 0; i < 4; ++i) {
            LevelRule calldata rule = rules[i];
            Level level_ = Level(i + 1);
            if (
                rule.share > below.share || below.closes & ~rule.closes != 0
                    || (level_ != Level.FROZEN && rule.closes & Op.DEFENCE != 0)
                    || (rule.closes & Op.DEFENCE != 0 && rule.closes & Op.LIQUIDATE == 0)
            ) revert InvalidLevelRule(level_);
            LevelRule memory previous = _rule(level_);
            loosens = loosens || rule.share > previous.share || previous.closes & ~rule.closes != 0;
            packed |= (uint256(rule.closes) | uint256(rule.share) << 16) << (RULE_WIDTH * (i + 1));
            below = rule;
        }
        _governed(loosens);
        emit LevelRulesSet(_gate().levelRules, packed);
        _gate().levelRules = uint224(packed);
    }

    // ---------------------------------------------------------------- internal

    function _levelClosedUntil(GuardWord word, uint16 operation) internal view virtual override returns (uint256 until) {
        if (!word.anyLevel()) return 0;
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level current, uint256 currentUntil) = word.levelOf(Rank(r));
            if (current == Level.NORMAL || _rule(current).closes & operation == 0) continue;
            currentUntil = _withGrace(currentUntil, operation);
            if (currentUntil > until) until = currentUntil;
        }
    }

    /// @dev Percent of every limit that the live level leaves.
    function _liveShare(GuardWord word) internal view returns (uint256) {
        return word.anyLevel() ? levelRule(_liveLevel(word)).share : 100;
    }

    // ---------------------------------------------------------------- private

    function _liveLevel(GuardWord word) private view returns (Level highest) {
        for (uint8 r = uint8(Rank.SENTINEL); r <= uint8(Rank.GOVERNANCE); ++r) {
            (Level current, uint256 until) = word.levelOf(Rank(r));
            if (block.timestamp < until && current > highest) highest = current;
        }
    }

    function _closesLiquidation(Level level_) private view returns (bool) {
        return level_ != Level.NORMAL && _rule(level_).closes & Op.LIQUIDATE != 0;
    }

    function _rule(Level level_) private view returns (LevelRule memory) {
        uint256 field = _gate().levelRules >> (RULE_WIDTH * uint8(level_));
        return LevelRule(uint16(field), uint8(field >> 16));
    }
}
