// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";

/// @title BoundedFreeze (S28): in any period a fast rank closes nothing for longer than its budget
/// @dev The ghost knows nothing of budgets: it writes down the seconds in which something was closed, and looks for the
/// window with the most of them.
contract BoundedFreezeTest is EngineTest {
    uint256 private constant BUDGET = 300;
    uint256 private constant PERIOD = 1000;
    uint256 private constant SHORT_GRACE = 40;

    struct Closed {
        uint256 from;
        uint256 to;
    }

    Closed[] private any;
    Closed[] private liquidation;
    uint256 private most;
    uint256 private mostLiquidation;

    function _configure(IEngine e) internal override {
        super._configure(e);
        vm.startPrank(deployer);
        e.setRankLimits(Rank.GUARDIAN, _pack(Powers(120, BUDGET, PERIOD, 30, 0, 60, 9, Op.ALL, 4)));
        e.setHolder(guardian, Rank.GUARDIAN);
        e.setLiquidationGrace(SHORT_GRACE);
        vm.stopPrank();
    }

    function testFuzz_S28_BoundedFreeze(uint256 seed) public {
        _run(seed, 60);
    }

    /// The bound is reached, or the test above would say nothing.
    function test_S28_TheBudgetIsReachedAndNeverPassed() public {
        uint256 reached;
        for (uint256 seed; seed < 8; ++seed) {
            uint256 state = vm.snapshotState();
            _run(seed, 150);
            if (most > reached) reached = most;
            vm.revertToState(state);
        }
        assertGe(reached, BUDGET - 5);
    }

    function _run(uint256 seed, uint256 steps) private {
        for (uint256 i; i < steps; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            _act(random);
            uint256 next = _now() + _pauseBetween(random >> 100);
            _note(any, _anyUntil(), next);
            _note(liquidation, engine.pausedUntil(Op.LIQUIDATE), next);
            vm.warp(next);
        }
        most = _mostIn(any);
        mostLiquidation = _mostIn(liquidation);
        assertLe(most, BUDGET, "closed for longer than the budget");
        assertLe(mostLiquidation, 2 * BUDGET + SHORT_GRACE, "liquidation closed for too long");
    }

    /// @dev Mostly shortly, sometimes at a boundary, rarely for about a period.
    function _pauseBetween(uint256 random) private pure returns (uint256) {
        if (random % 17 == 0) return PERIOD - 2 + (random >> 8) % 4;
        if (random % 5 == 0) return 29 + (random >> 8) % 3;
        return (random >> 8) % 130;
    }

    function _act(uint256 random) private {
        uint256 kind = random % 10;
        uint256 duration = 1 + (random >> 8) % 121;
        uint16 operations = uint16(random >> 16);
        bytes memory call;
        if (kind < 5) call = abi.encodeCall(engine.pause, (operations, duration, ""));
        else if (kind < 8) call = abi.encodeCall(engine.raiseLevel, (Level(1 + (random >> 40) % 4), duration, ""));
        else if (kind == 8) call = abi.encodeCall(engine.unpause, (operations, ""));
        else call = abi.encodeCall(engine.lowerLevel, (Level((random >> 40) % 4), ""));
        vm.prank(kind < 8 ? guardian : governance);
        _try(call);
        if (random >> 200 & 7 == 0) _try(abi.encodeCall(engine.cleanUp, (Rank.GUARDIAN)));
    }

    /// @dev A refusal is an ordinary outcome here.
    function _try(bytes memory call) private returns (bool done) {
        (done,) = address(engine).call(call);
    }

    function _anyUntil() private view returns (uint256 until) {
        (uint16 operations, uint256 paused) = engine.pauseOf(Rank.GUARDIAN);
        if (operations != 0) until = paused;
        (Level level, uint256 raised) = engine.levelOf(Rank.GUARDIAN);
        if (level != Level.NORMAL && raised > until) until = raised;
    }

    function _note(Closed[] storage list, uint256 until, uint256 next) private {
        if (until <= _now()) return;
        list.push(Closed(_now(), until < next ? until : next));
    }

    /// @dev The worst window ends where something opened again.
    function _mostIn(Closed[] storage list) private view returns (uint256 worst) {
        for (uint256 i; i < list.length; ++i) {
            uint256 end = list[i].to;
            uint256 sum;
            for (uint256 back; back <= i; ++back) {
                Closed storage closed = list[i - back];
                if (closed.to <= end - PERIOD) break;
                sum += closed.to - (closed.from > end - PERIOD ? closed.from : end - PERIOD);
            }
            if (sum > worst) worst = sum;
        }
    }
}
