// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HostileCall} from "../../../contracts/guards/oracle/HostileCall.sol";
import {ISequencerFeed, OracleCore} from "../../../contracts/guards/oracle/OracleCore.sol";
import {Fault, Side} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {OracleTest} from "./OracleTest.sol";
import {Greedy, Source} from "./OracleHost.sol";

/// @notice An uptime feed whose operator is the test.
contract Uptime is ISequencerFeed {
    int256 private _answer;
    uint256 private _startedAt;
    bool private _short;

    function set(int256 answer, uint256 startedAt) external {
        (_answer, _startedAt) = (answer, startedAt);
    }

    function cut() external {
        _short = true;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        if (_short) {
            uint256 startedAt = _startedAt;
            assembly {
                mstore(0, 1)
                mstore(32, 0)
                mstore(64, startedAt)
                return(0, 159)
            }
        }
        return (1, _answer, _startedAt, block.timestamp, 1);
    }
}

/// @title Prices that nobody may use, each at its boundary
contract FaultsTest is OracleTest {
    function test_AGoodPriceIsUsedForEverything() public {
        source.set(P + 3);
        _fault(Fault.NONE);
        _passes(Op.BORROW);
        _passes(Op.LIQUIDATE);
        _passes(Op.MINT);
        _passes(0);
    }

    function test_RevertIf_TheAssetHasNoOracle() public {
        bytes memory refusal = abi.encodeWithSelector(OracleCore.OracleNotConfigured.selector, keeper);
        vm.expectRevert(refusal);
        host.priceOf(keeper, Op.BORROW, Side.LOW);
        vm.expectRevert(refusal);
        host.syncReference(keeper);
        vm.expectRevert(refusal);
        host.priceFault(keeper);
    }

    function test_S48_ZeroIsNoPrice() public {
        source.set(0);
        _fault(Fault.NO_PRICE);
        _refusesAll(Fault.NO_PRICE);
        source.set(1);
        _fault(Fault.REFERENCE);
    }

    function test_S48_APriceTooLargeToCountIsNone() public {
        source.set(uint256(type(uint128).max) + 1);
        _fault(Fault.NO_PRICE);
        source.set(type(uint128).max);
        _fault(Fault.REFERENCE);
    }

    function test_S48_StaleOneSecondAfterItsAge() public {
        source.setAt(P, T0);
        vm.warp(T0 + MAX_AGE - 1);
        _passes(Op.BORROW);
        vm.warp(T0 + MAX_AGE);
        _passes(Op.BORROW);
        vm.warp(T0 + MAX_AGE + 1);
        _fault(Fault.STALE);
        _refusesAll(Fault.STALE);
    }

    function test_S48_FutureDatedByASecond() public {
        source.setAt(P, T0 - 1);
        _passes(Op.BORROW);
        source.setAt(P, T0);
        _passes(Op.BORROW);
        source.setAt(P, T0 + 1);
        _fault(Fault.FUTURE);
        _refusesAll(Fault.FUTURE);
    }

    function test_S48_HostileSourcesAreNoPrice() public {
        Source.Manner[3] memory manners = [Source.Manner.REVERT, Source.Manner.BURN, Source.Manner.SHORT];
        for (uint256 i; i < 3; ++i) {
            source.misbehave(manners[i]);
            _fault(Fault.NO_PRICE);
            _refusesAll(Fault.NO_PRICE);
        }
        source.misbehave(Source.Manner.LONG);
        uint256 gas = gasleft();
        _passes(Op.BORROW);
        assertLt(gas - gasleft(), 600_000, "what comes back is not copied");
    }

    function test_S48_ASourceWhoseCodeIsGoneIsNoPrice() public {
        vm.etch(address(source), "");
        _fault(Fault.NO_PRICE);
    }

    function test_ABurningSourceCostsNoMoreThanItsShare() public {
        source.misbehave(Source.Manner.BURN);
        uint256 gas = gasleft();
        _fault(Fault.NO_PRICE);
        assertLt(gas - gasleft(), HostileCall.GAS + 50_000);
    }

    /// A caller cannot make a good source look dead by sending too little gas.
    function test_RevertIf_TooLittleIsSentForTheRead() public {
        rule.lastGoodUses = Op.LIQUIDATE;
        _configure();
        Greedy greedy = new Greedy();
        greedy.set(P + 5);
        rule.source = greedy;
        _configure();
        uint256 answered;
        uint256 refused;
        for (uint256 gas = 30_000; gas < 700_000; gas += 5000) {
            bytes memory call = abi.encodeCall(host.use, (weth, Op.LIQUIDATE, Side.HIGH));
            (bool done, bytes memory returned) = address(host).call{gas: gas}(call);
            if (done) {
                assertEq(abi.decode(returned, (uint256)), P + 5, "the last good one although the source lives");
                ++answered;
            } else if (bytes4(returned) == HostileCall.TooLittleGas.selector) {
                ++refused;
            }
        }
        assertGt(answered, 10);
        assertGt(refused, 10);
    }

    // ---------------------------------------------------------------- the second source

    function test_TheSecondSourceMayDifferByItsShare() public {
        _withSecond();
        second.set(P);
        source.set(P * 102 / 100 - 1);
        _passes(Op.BORROW);
        source.set(P * 102 / 100);
        _passes(Op.BORROW);
        source.set(P * 102 / 100 + 1);
        _fault(Fault.DEVIATION);
        _refuses(Op.BORROW, Fault.DEVIATION);
        source.set(P * 98 / 100);
        _passes(Op.BORROW);
        source.set(P * 98 / 100 - 1);
        _fault(Fault.DEVIATION);
    }

    function test_ASecondSourceWithAFaultIsNone() public {
        _withSecond();
        second.setAt(P, T0);
        vm.warp(T0 + SECOND_AGE);
        _fault(Fault.NONE);
        vm.warp(T0 + SECOND_AGE + 1);
        _fault(Fault.NO_SECOND);
        _refuses(Op.BORROW, Fault.NO_SECOND);
        second.setAt(P, _now() + 1);
        _fault(Fault.NO_SECOND);
        second.set(0);
        _fault(Fault.NO_SECOND);
        second.misbehave(Source.Manner.REVERT);
        _fault(Fault.NO_SECOND);
    }

    // ---------------------------------------------------------------- the sequencer

    function _withSequencer() private returns (Uptime uptime) {
        uptime = new Uptime();
        uptime.set(0, T0);
        vm.prank(governance);
        host.setSequencerFeed(address(uptime), 1 hours);
        rule.asksSequencer = true;
        (rule.capUses, rule.lastGoodUses) = (Op.BORROW, Op.REDEEM);
        _configure();
        vm.warp(T0 + 1 hours);
    }

    function test_S48_TheSequencerIsBackForItsGrace() public {
        Uptime uptime = _withSequencer();
        uptime.set(0, T0);
        vm.warp(T0 + 1 hours - 1);
        _fault(Fault.SEQUENCER);
        vm.warp(T0 + 1 hours);
        _passes(Op.BORROW);
        vm.warp(T0 + 1 hours + 1);
        _passes(Op.LIQUIDATE);
    }

    function test_S48_WithoutAGraceTheSequencerIsBackAtItsSecond() public {
        Uptime uptime = _withSequencer();
        vm.prank(governance);
        host.setSequencerFeed(address(uptime), 0);
        uptime.set(0, _now());
        _passes(Op.BORROW);
    }

    function test_S48_WhileTheSequencerIsDownNeitherBorrowNorLiquidationWhateverThePolicy() public {
        Uptime uptime = _withSequencer();
        uptime.set(1, T0);
        _refusesAll(Fault.SEQUENCER);
        _refuses(Op.REDEEM, Fault.SEQUENCER);
        _sync();
        assertEq(_anchor(), P);
    }

    function test_S48_AnUptimeFeedThatSaysNothingSensibleIsDown() public {
        Uptime uptime = _withSequencer();
        _fault(Fault.NONE);
        uptime.set(0, 0);
        _fault(Fault.SEQUENCER);
        uptime.set(0, _now() + 1);
        _fault(Fault.SEQUENCER);
        uptime.set(-1, T0);
        _fault(Fault.SEQUENCER);
        uptime.set(0, T0);
        _fault(Fault.NONE);
        uptime.cut();
        _fault(Fault.SEQUENCER);
        vm.prank(governance);
        host.setSequencerFeed(address(0), 0);
        _fault(Fault.SEQUENCER);
    }

    function test_AnAssetThatDoesNotAskGoesOnWithoutTheSequencer() public {
        _withSequencer().set(1, T0);
        rule.asksSequencer = false;
        _configure();
        _passes(Op.BORROW);
    }
}
