// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook} from "../mocks/Token.sol";
import {BitingFixture} from "./BitingFixture.sol";
import {Answer, Bite, BitingToken} from "./BitingToken.sol";

/// @notice Told of a token's movements, it tries to end every claim once more, and to take what it never put in.
contract Meddler is ITokenHook {
    address private host;
    IEngine private engine;
    bool private inside;
    uint256 public tried;

    function aim(address host_, IEngine engine_) external {
        (host, engine) = (host_, engine_);
    }

    function onToken(address from, address to, uint256 amount, bool) external {
        if (inside || host == address(0) || amount == 0) return;
        inside = true;
        ++tried;
        for (uint256 id = 1; id <= 3; ++id) {
            bytes memory settle = abi.encodeCall(engine.settle, (id));
            (bool paid,) = address(engine).call(settle);
            // only a claim that is ready may be paid, and only one that no outer call is ending
            if (paid && (engine.claim(id).owner == from || engine.claim(id).owner == to)) revert("twice");
            (bool given,) = address(engine).call(abi.encodeCall(engine.withdrawClaim, (id)));
            if (given) revert("not his");
        }
        bytes memory take = abi.encodeWithSignature("withdraw(address,uint256,address)", msg.sender, 1, address(this));
        (bool took,) = host.call(take);
        if (took) revert("took");
        inside = false;
    }
}

/// @title S14, S15, S24, S39: tokens that bite, through their whole life in a protocol
/// @dev In, out within the limit, three claims over it, of which one is paid, one returned and one given up.
/// forge-config: default.isolate = true
contract BitingTest is BitingFixture {
    function _lives(Bite memory bite) private {
        _make(bite);
        uint256 fee = bite.feeBps;
        assertEq(_put(alice, 1000 * one), 1000 * one - 1000 * one * fee / 10_000);
        _put(bob, 1000 * one);
        _put(keeper, 1000 * one);
        if (bite.hook != address(0)) Meddler(bite.hook).aim(address(host), engine);
        assertEq(_take(alice, 40 * one), 0);
        assertEq(biting.balanceOf(alice), 40 * one - 40 * one * fee / 10_000);
        assertEq(_available(), 60 * one, "metered what moved");
        uint256 paid = _take(bob, 200 * one);
        uint256 given = _take(alice, 150 * one);
        uint256 returned = _take(keeper, 100 * one);
        assertEq(_available(), 60 * one, "a claim uses nothing of the limit");
        uint256 received = _amount(paid) + _amount(given) + _amount(returned);
        _backed();
        _end(paid, given, returned);
        assertEq(received, _amount(paid) + _amount(given) + _amount(returned));
        assertEq(engine.lockedInClaims(address(biting)), 0, "conservation");
        assertEq(_take(bob, 60 * one), 0);
        _backed();
        if (bite.hook != address(0)) assertGe(Meddler(bite.hook).tried(), 4);
    }

    function _end(uint256 paid, uint256 given, uint256 returned) private {
        uint256 total = host.total(address(biting));
        vm.prank(guardian);
        engine.hold(_ids(returned), 0, "suspect");
        vm.prank(governance);
        engine.cancel(_ids(returned), "stolen");
        assertEq(host.total(address(biting)), total, "returned to the protocol, credited to nobody");
        _backed();
        uint256 before = host.balance(address(biting), alice);
        uint256 held = biting.balanceOf(address(host));
        vm.prank(alice);
        engine.withdrawClaim(given);
        uint256 credited = host.balance(address(biting), alice) - before;
        held = biting.balanceOf(address(host)) - held;
        assertEq(credited, _onHub() ? held : _amount(given), "given up: credited what came back, once");
        assertEq(host.total(address(biting)), total + credited);
        _backed();
        skip(CLAIM_DELAY);
        before = biting.balanceOf(bob);
        vm.prank(keeper);
        engine.settle(paid);
        (,, uint256 fee,,,,) = biting.bite();
        assertEq(biting.balanceOf(bob) - before, _amount(paid) - _amount(paid) * fee / 10_000, "paid once");
        for (uint256 id = 1; id <= 3; ++id) {
            vm.expectRevert();
            engine.settle(id);
        }
        _backed();
    }

    /// @dev S39: bob's token refuses him; that is his trouble alone, and he may still give in.
    function _refusesOne(Bite memory bite) private {
        _make(bite);
        _put(alice, 300 * one);
        _put(bob, 300 * one);
        uint256 his = _take(bob, 200 * one);
        uint256 hers = _take(alice, 200 * one);
        biting.setBlocked(bob, true);
        vm.expectRevert();
        vm.prank(bob);
        host.withdraw(address(biting), one, bob);
        assertEq(_available(), 100 * one, "what was refused is not charged");
        skip(CLAIM_DELAY);
        vm.expectRevert();
        engine.settle(his);
        assertEq(uint256(engine.claim(his).state), uint256(ClaimState.PENDING));
        engine.settle(hers);
        assertGt(biting.balanceOf(alice), 0);
        assertEq(engine.lockedInClaims(address(biting)), _amount(his));
        vm.prank(bob);
        engine.withdrawClaim(his);
        assertEq(engine.lockedInClaims(address(biting)), 0);
        assertGt(host.balance(address(biting), bob), 0);
    }

    function test_S24_NoReturnValueAndNoSecondApproval() public {
        Bite memory b = _plain();
        (b.decimals, b.answer, b.refusesSecondApproval) = (6, Answer.NOTHING, true);
        _lives(b);
        _refusesOne(b);
    }

    function test_S24_FalseInsteadOfARevert() public {
        Bite memory b = _plain();
        b.answer = Answer.FALSE_ON_FAILURE;
        _lives(b);
        _refusesOne(b);
    }

    function test_S14_AFeeOnEveryTransfer() public {
        Bite memory b = _plain();
        b.feeBps = 100;
        _lives(b);
        _refusesOne(b);
    }

    function test_S15_DecimalsOf0And6And27() public {
        uint8[3] memory decimals = [0, 6, 27];
        for (uint256 i; i < 3; ++i) {
            Bite memory b = _plain();
            b.decimals = decimals[i];
            _lives(b);
            _refusesOne(b);
        }
    }

    function test_S24_ItRefusesZero() public {
        Bite memory b = _plain();
        b.refusesZero = true;
        _lives(b);
        vm.startPrank(alice);
        vm.expectRevert(BitingToken.ZeroAmount.selector);
        host.deposit(address(biting), 0);
        vm.expectRevert(BitingToken.ZeroAmount.selector);
        host.withdraw(address(biting), 0, alice);
        vm.stopPrank();
    }

    function test_S14_ItCallsBackBeforeAndAfter() public {
        Bite memory b = _plain();
        b.hook = address(new Meddler());
        _lives(b);
    }

    function test_S23_ItBurnsGas() public {
        Bite memory b = _plain();
        b.burnsGas = 300_000;
        _lives(b);
        _put(alice, 200 * one);
        uint256 id = _take(alice, 200 * one);
        skip(CLAIM_DELAY);
        (bool done,) = address(engine).call{gas: 250_000}(abi.encodeCall(engine.settle, (id)));
        assertFalse(done);
        assertEq(uint256(engine.claim(id).state), uint256(ClaimState.PENDING));
        engine.settle(id);
    }

    function test_S24_ItReturns64Kilobytes() public {
        Bite memory b = _plain();
        b.answer = Answer.HUGE;
        _lives(b);
        _refusesOne(b);
    }
}
