// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedComptroller} from "../../../contracts/adapters/GuardedComptroller.sol";
import {IComptrollerHooks} from "../../../contracts/adapters/ICompound.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {LockdownCore} from "../../../contracts/guards/lockdown/LockdownCore.sol";
import {ILockdown} from "../../../contracts/guards/lockdown/ILockdown.sol";
import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {GuardStorage} from "../../../contracts/guards/GuardStorage.sol";
import {Decision, Guard, Level, Op} from "../../../contracts/guards/Types.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ComptrollerTest, Market, PlainComptroller} from "./ComptrollerTest.sol";

/// @title The hooks of a Compound V2 market behind the hub: who is metered, who is refused, who is not asked
/// forge-config: default.isolate = true
contract ComptrollerHooksTest is ComptrollerTest {
    // ---------------------------------------------------------------- what goes out

    function test_WhatIsBorrowedIsMeteredToTheUnit() public {
        vm.startPrank(alice);
        market.borrow(LIMIT - 1);
        assertEq(_used(), LIMIT - 1);
        market.borrow(1);
        assertEq(token.balanceOf(alice), LIMIT);
        _expectOver(1, 0, _now() + 1);
        market.borrow(1);
    }

    function test_WhatIsRedeemedIsMeteredByItsAmount() public {
        vm.startPrank(alice);
        market.redeem(LIMIT, 1); // one share: the rounding of `redeemUnderlying`
        assertEq(_used(), LIMIT);
        _expectOver(1, 0, _now() + 1);
        market.redeem(1, 1);
    }

    function test_BothDrawOnOneLimit() public {
        vm.startPrank(alice);
        market.borrow(LIMIT / 2);
        market.redeem(LIMIT / 2, 1);
        _expectOver(1, 0, _now() + 1);
        market.borrow(1);
        skip(12 hours);
        market.borrow(LIMIT / 2);
    }

    function test_AssetsHaveLimitsOfTheirOwn_TheNativeOneToo() public {
        vm.startPrank(alice);
        market.borrow(LIMIT);
        nativeMarket.borrow(LIMIT);
        assertEq(engine.available(address(coin)), 0, "metered as the asset that was named");
        vm.expectRevert(
            abi.encodeWithSelector(OutflowCore.OutflowLimitExceeded.selector, address(coin), 1, 0, _now() + 1)
        );
        nativeMarket.redeem(1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(OutflowCore.OutflowLimitExceeded.selector, address(coin), 1, 0, _now() + 1)
        );
        nativeMarket.borrow(1);
    }

    function test_WhatTheComptrollerRefusesIsNotMetered() public {
        _comptroller().answer(4, false);
        vm.expectRevert(abi.encodeWithSelector(Market.Rejected.selector, 4));
        vm.prank(alice);
        market.borrow(1);
        vm.prank(address(market));
        assertEq(_hooks().borrowAllowed(address(market), alice, LIMIT), 4, "its code is passed on");
        assertEq(_used(), 0);
        _comptroller().answer(0, true);
        vm.prank(alice);
        vm.expectRevert(PlainComptroller.Refused.selector);
        market.borrow(1);
    }

    function test_APolicyThatQueuesIsRefusedHere() public {
        _govern(abi.encodeCall(IEngine(address(0)).setLimit, (address(token), _queued())));
        vm.startPrank(alice);
        market.borrow(LIMIT);
        vm.expectRevert(abi.encodeWithSelector(GuardedComptroller.CannotQueue.selector, address(token), 1));
        market.borrow(1);
        vm.expectRevert(abi.encodeWithSelector(GuardedComptroller.CannotQueue.selector, address(token), 2));
        market.redeem(2, 1);
        assertEq(engine.claimCount(), 0);
    }

    // ---------------------------------------------------------------- what comes in

    function test_MintingAndRepayingCountForWhatGoesOutInTheSameTransaction() public {
        market.turn(3 * LIMIT);
        assertEq(_used(), 0);
        _bring(alice, 3 * LIMIT);
        vm.startPrank(alice);
        market.mint(LIMIT);
        market.repay(bob, LIMIT);
        vm.stopPrank();
        assertEq(_used(), 0, "alone they change nothing here");
    }

    function test_WhatCameInIsCreditUpToItsShare() public {
        _govern(abi.encodeCall(IEngine(address(0)).setLimit, (address(token), _withCredit())));
        _bring(alice, LIMIT);
        vm.prank(alice);
        market.mint(LIMIT);
        assertEq(engine.available(address(token)), 3 * LIMIT / 2, "half the limit of credit");
        vm.prank(alice);
        market.borrow(3 * LIMIT / 2);
    }

    function test_RepayingGivesCreditToo() public {
        _govern(abi.encodeCall(IEngine(address(0)).setLimit, (address(token), _withCredit())));
        _bring(alice, LIMIT / 4);
        vm.prank(alice);
        market.repay(bob, LIMIT / 4);
        assertEq(engine.available(address(token)), 5 * LIMIT / 4);
    }

    // ---------------------------------------------------------------- who asks

    function test_AStrangerWhoCallsAHookUsesUpNothing() public {
        vm.startPrank(attacker);
        assertEq(_hooks().borrowAllowed(address(market), alice, LIMIT), 0, "it says what it said");
        _hooks().redeemVerify(address(market), alice, LIMIT, 1);
        assertEq(_used(), 0);
    }

    function test_AStrangerWhoCallsAHookGainsNoCredit() public {
        _govern(abi.encodeCall(IEngine(address(0)).setLimit, (address(token), _withCredit())));
        vm.startPrank(attacker);
        _hooks().mintVerify(address(market), attacker, LIMIT, 1);
        _hooks().repayBorrowVerify(address(market), attacker, attacker, LIMIT, 1);
        assertEq(_used(), 0);
        assertEq(engine.available(address(token)), LIMIT);
    }

    function test_AMarketThatIsNotListedCountsNothing() public {
        _govern(abi.encodeCall(IEngine(address(0)).setLimit, (address(token), _withCredit())));
        Market forged = new Market(_hooks(), address(token), false);
        vm.startPrank(address(forged));
        _hooks().mintVerify(address(forged), attacker, LIMIT, 1);
        _hooks().repayBorrowVerify(address(forged), attacker, attacker, LIMIT, 1);
        assertEq(engine.available(address(token)), LIMIT, "no credit");
        _hooks().redeemVerify(address(forged), attacker, LIMIT, 1);
        _hooks().borrowAllowed(address(forged), attacker, LIMIT);
        assertEq(engine.available(address(token)), LIMIT, "nothing used up");
    }

    function test_AListedMarketThatSpeaksOfAnotherCountsNothing() public {
        vm.startPrank(address(nativeMarket));
        _hooks().redeemVerify(address(market), attacker, LIMIT, 1);
        _hooks().borrowAllowed(address(market), attacker, LIMIT);
        assertEq(_used(), 0);
    }

    function test_EachHookReachesTheComptrollerUnchanged() public {
        _bring(alice, 4);
        vm.startPrank(alice);
        market.mint(2);
        _expectAsked(2, abi.encodeCall(IComptrollerHooks.mintVerify, (address(market), alice, 2, 100)));
        market.redeem(1, 7);
        _expectAsked(4, abi.encodeCall(IComptrollerHooks.redeemVerify, (address(market), alice, 1, 7)));
        market.borrow(1);
        _expectAsked(5, abi.encodeCall(IComptrollerHooks.borrowAllowed, (address(market), alice, 1)));
        market.repay(bob, 1);
        _expectAsked(7, abi.encodeCall(IComptrollerHooks.repayBorrowVerify, (address(market), alice, bob, 1, 1e18)));
        market.seize(alice, bob, 9);
        _expectAsked(8, abi.encodeCall(IComptrollerHooks.seizeAllowed, (address(market), alice, alice, bob, 9)));
        market.transfer(bob, 3);
        _expectAsked(9, abi.encodeCall(IComptrollerHooks.transferAllowed, (address(market), alice, bob, 3)));
    }

    function test_TheComptrollersAnswerIsTheHooks() public {
        _comptroller().answer(3, false);
        vm.startPrank(address(market));
        IComptrollerHooks hooks = _hooks();
        assertEq(hooks.mintAllowed(address(market), alice, 1), 3);
        assertEq(hooks.redeemAllowed(address(market), alice, 1), 3);
        assertEq(hooks.repayBorrowAllowed(address(market), alice, bob, 1), 3);
        assertEq(hooks.seizeAllowed(address(market), address(market), alice, bob, 1), 3);
        assertEq(hooks.transferAllowed(address(market), alice, bob, 1), 3);
        _comptroller().answer(0, true);
        vm.expectRevert(PlainComptroller.Refused.selector);
        hooks.mintVerify(address(market), alice, 0, 0);
        vm.expectRevert(PlainComptroller.Refused.selector);
        hooks.redeemVerify(address(market), alice, 0, 0);
        vm.expectRevert(PlainComptroller.Refused.selector);
        hooks.repayBorrowVerify(address(market), alice, bob, 0, 0);
    }

    function test_AllElseGoesOnToTheComptroller() public {
        assertTrue(_comptroller().isComptroller());
        assertEq(address(GuardedComptroller(payable(address(unitroller))).hub()), address(hub), "as verify asks");
        unitroller.become(address(inner));
        _comptroller().support(alice);
        unitroller.become(address(guarded));
        (bool isListed,,) = _comptroller().markets(alice);
        assertTrue(isListed, "the same storage");
    }

    // ---------------------------------------------------------------- the other guards

    function test_APauseClosesEachOperationAndNoOther() public {
        uint16[6] memory operations = [Op.DEPOSIT, Op.REDEEM, Op.BORROW, Op.REPAY, Op.LIQUIDATE, Op.TRANSFER];
        _bring(alice, 100);
        for (uint256 i = 0; i < 6; ++i) {
            uint256 until = _pause(governance, operations[i], 60);
            uint256 closed = until + (operations[i] == Op.REPAY || operations[i] == Op.LIQUIDATE ? GRACE : 0);
            for (uint256 j = 0; j < 6; ++j) {
                bool isClosed = i == j || (operations[i] == Op.REPAY && operations[j] == Op.LIQUIDATE);
                if (isClosed) _expectClosed(operations[j], operations[j] == Op.LIQUIDATE ? closed : until);
                vm.prank(alice);
                _act(operations[j]);
            }
            vm.warp(closed);
        }
        for (uint256 j = 0; j < 6; ++j) {
            vm.prank(alice);
            _act(operations[j]);
        }
    }

    function test_AStrangerMayAskWhileAnOperationIsClosed() public {
        _pause(governance, Op.ALL, 60);
        assertEq(_hooks().mintAllowed(address(market), alice, 1), 0);
    }

    function test_ALevelTightensTheLimit() public {
        _raise(guardian, Level.THROTTLED, 1 hours);
        vm.startPrank(alice);
        market.borrow(LIMIT / 2);
        vm.expectRevert();
        market.borrow(1);
    }

    function test_ABlockedAccountIsRefusedByName() public {
        _bring(alice, 10);
        vm.prank(guardian);
        uint256 until = engine.blockAccount(alice, 1 hours, "thief");
        uint16[5] memory operations = [Op.DEPOSIT, Op.REDEEM, Op.BORROW, Op.LIQUIDATE, Op.TRANSFER];
        for (uint256 i = 0; i < 5; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IEngine.AccountIsBlocked.selector, alice, until));
            vm.prank(alice);
            _act(operations[i]);
        }
        vm.prank(alice);
        _act(Op.REPAY); // whoever is blocked may defend himself
        vm.startPrank(bob);
        market.borrow(1);
        market.redeem(1, 1);
        vm.stopPrank();
        assertEq(_used(), 2, "others are metered as before");
        vm.warp(until);
        vm.prank(alice);
        market.borrow(1);
    }

    function test_ABlockedEntryIsTheHook() public {
        vm.prank(guardian);
        uint256 until = engine.blockSelector(IComptrollerHooks.borrowAllowed.selector, 1 hours, "incident");
        vm.expectRevert(
            abi.encodeWithSelector(IEngine.SelectorIsBlocked.selector, IComptrollerHooks.borrowAllowed.selector, until)
        );
        vm.prank(alice);
        market.borrow(1);
        vm.prank(alice);
        market.redeem(1, 1);
    }

    function test_ALockedAccountNeitherTakesNorMoves() public {
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        uint256 until = engine.lock(subject, 1 hours, 0, "suspect");
        bytes memory refusal = abi.encodeWithSelector(IEngine.Locked.selector, subject, until);
        vm.startPrank(alice);
        vm.expectRevert(refusal);
        market.borrow(1);
        vm.expectRevert(refusal);
        market.redeem(1, 1);
        vm.expectRevert(abi.encodeWithSelector(GuardedComptroller.SharesNotRemovable.selector, alice, address(token)));
        market.transfer(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(GuardedComptroller.SharesNotRemovable.selector, alice, address(coin)));
        nativeMarket.transfer(bob, 1);
        vm.stopPrank();
        vm.prank(bob);
        market.transfer(alice, 1);
        vm.warp(until);
        vm.prank(alice);
        market.transfer(bob, 1);
    }

    /// Only the market's own question is about a transfer: what anybody asks the hook leaves no report.
    function test_S53_InShadowALockedTransferIsReported() public {
        _govern(abi.encodeCall(engine.setShadow, (Guard.LOCK, true)));
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        engine.lock(subject, 1 hours, 0, "suspect");
        vm.expectEmit(address(hub));
        emit GuardStorage.GuardDecision(Guard.LOCK, Decision.REFUSE, alice, address(token), 0, 0, true);
        vm.prank(alice);
        market.transfer(bob, 1);
        vm.recordLogs();
        vm.prank(attacker);
        _hooks().transferAllowed(address(market), alice, bob, 1);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_ALockedDownAccountKeepsItsShares() public {
        vm.prank(alice);
        ILockdown(address(hub)).lockDown(1 days, bob);
        vm.startPrank(alice);
        _expectLockedDown(alice, alice);
        market.redeem(1, 1);
        _expectLockedDown(alice, alice);
        market.borrow(1);
        _expectLockedDown(alice, attacker);
        market.transfer(attacker, 1);
        market.transfer(bob, 1); // to the address that she named as safe
        vm.stopPrank();
        vm.prank(bob);
        market.borrow(1);
    }

    // ---------------------------------------------------------------- construction, and the hub

    function test_WithoutAComptrollerThereIsNothingToGuard() public {
        vm.expectRevert(abi.encodeWithSelector(GuardedComptroller.NoComptroller.selector, alice));
        new GuardedComptroller(hub, alice, address(0), address(0));
    }

    function test_ItMeasuresNoBase() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NoBaseSource.selector, address(token)));
        guarded.outflowBase(address(token));
    }

    function test_AComptrollerThatIsNoMemberLetsNothingOut() public {
        vm.prank(governance);
        hub.setMember(address(unitroller), false);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, address(unitroller)));
        vm.prank(alice);
        market.borrow(1);
    }

    // ---------------------------------------------------------------- private

    function _bring(address account, uint256 amount) private {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(market), amount);
    }

    /// @return word as `_refused`, and what comes in adds up to half the limit
    function _withCredit() private pure returns (OutflowWord word) {
        return OutflowWord.wrap(OutflowWord.unwrap(_refused()) | uint256(5) << 245);
    }

    function _act(uint16 operation) private {
        if (operation == Op.DEPOSIT) market.mint(1);
        if (operation == Op.REDEEM) market.redeem(1, 1);
        if (operation == Op.BORROW) market.borrow(1);
        if (operation == Op.REPAY) market.repay(bob, 1);
        if (operation == Op.LIQUIDATE) market.seize(alice, bob, 1);
        if (operation == Op.TRANSFER) market.transfer(bob, 1);
    }

    function _expectAsked(uint256 times, bytes memory last) private view {
        assertEq(_comptroller().asked(), times, "questions");
        assertEq(_comptroller().last(), last, "call data");
    }

    function _expectLockedDown(address account, address to) private {
        vm.expectRevert(abi.encodeWithSelector(LockdownCore.LockedDown.selector, account, to, type(uint256).max));
    }
}
