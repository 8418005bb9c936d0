// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILevel} from "../guards/level/ILevel.sol";
import {IPause} from "../guards/pause/IPause.sol";
import {IRoles} from "../guards/roles/IRoles.sol";
import {RankLimits} from "../guards/roles/RankLimits.sol";
import {ISettlement} from "../guards/settlement/ISettlement.sol";
import {Level, Rank} from "../guards/Types.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What a guarded protocol, or its hub, answers to a contract that holds a rank on it.
interface IGuarded is IPause, ILevel, IRoles, ISettlement {}

/// @title RankHolder: a contract that raises the level by a fast rank that governance granted it
///
/// All that it can do to the protocol is what that rank may do: for a bounded time, inside the rank's budget, up to
/// the rank's level, until governance revokes it (`setHolder(this, NONE)`, which is immediate). It holds nothing of the
/// protocol and needs no code there, so that it serves an embedded protocol and a hub alike.
///
/// Trusts: the protocol's own code. Assumes: it was granted sentinel or guardian, never governance; that one is refused,
/// since what governance raises does not end by itself.
abstract contract RankHolder {
    error ProtocolHasNoCode(address protocol);
    error NoFastRank();

    /// @notice The protocol is less restricted than it should be, and why: `error` is what refused it, empty where the
    /// rank's limits leave no more.
    event LevelNotRaised(Level wanted, Level reached, bytes error);

    /// @notice The protocol or hub on which this contract holds a rank.
    IGuarded public immutable protocol;

    constructor(IGuarded protocol_) {
        if (address(protocol_).code.length == 0) revert ProtocolHasNoCode(address(protocol_));
        protocol = protocol_;
    }

    // ---------------------------------------------------------------- external

    /// @notice Anyone renews this contract's heartbeat: that somebody still calls it is all that a heartbeat can prove.
    function beat() external virtual {
        protocol.heartbeat();
    }

    // ---------------------------------------------------------------- internal

    /// @dev Raises to `wanted` for `duration` seconds, or as far and as long as the rank's limits and budget leave. What
    /// cannot be done is an event, not a revert. Costs nothing while the level already stands for `least` seconds, or
    /// governance's is as high.
    /// @return done false where the protocol refused
    function _raise(Level wanted, uint256 duration, uint256 least, string memory reason) internal returns (bool done) {
        (Level reached, uint256 until) = protocol.levelOf(Rank.GOVERNANCE);
        if (reached >= wanted) return true;
        Rank rank = _fastRank();
        if (rank == Rank.NONE) {
            emit LevelNotRaised(wanted, Level.NORMAL, abi.encodeWithSelector(NoFastRank.selector));
            return false;
        }
        (reached, until) = _liveLevelOf(rank);
        RankLimits limits = protocol.rankLimits(rank);
        Level level = Level(Math.min(uint8(wanted), limits.maxLevel()));
        if (reached < level || until < block.timestamp + least) {
            uint256 time = Math.min(Math.min(duration, limits.maxPause()), _affordable(rank, until));
            try protocol.raiseLevel(level, time, reason) {}
            catch (bytes memory error) {
                emit LevelNotRaised(wanted, reached, error);
                return false;
            }
            (reached,) = _liveLevelOf(rank);
        }
        if (reached < wanted) emit LevelNotRaised(wanted, reached, "");
        return reached >= level;
    }

    /// @return rank sentinel or guardian; NONE where this contract holds neither, or has not beaten in time
    function _fastRank() internal view returns (Rank rank) {
        rank = protocol.rankOf(address(this));
        if (rank == Rank.GOVERNANCE) rank = Rank.NONE;
    }

    function _liveLevelOf(Rank rank) internal view returns (Level level, uint256 until) {
        (level, until) = protocol.levelOf(rank);
        if (block.timestamp >= until) level = Level.NORMAL;
    }

    // ---------------------------------------------------------------- private

    /// @dev Seconds from now that the rank's budget pays for: what its live restrictions cover costs nothing again. At
    /// least 1, so that an exhausted budget is refused by its name.
    function _affordable(Rank rank, uint256 levelUntil) private view returns (uint256) {
        (, uint256 pauseUntil) = protocol.pauseOf(rank);
        uint256 covered = Math.max(Math.max(levelUntil, pauseUntil), block.timestamp) - block.timestamp;
        return Math.max(covered + protocol.pauseBudgetLeft(rank), 1);
    }
}
