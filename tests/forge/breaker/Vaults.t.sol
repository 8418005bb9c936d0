// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Breaker} from "../../../contracts/guards/breaker/Breaker.sol";
import {Threshold} from "../../../contracts/guards/breaker/IBreaker.sol";
import {IBreakerHook} from "../../../contracts/guards/breaker/IBreakerHook.sol";
import {LiquidityMetric} from "../../../contracts/guards/breaker/metrics/LiquidityMetric.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {IGuarded} from "../../../contracts/response/RankHolder.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "../examples/VaultFixture.sol";

/// @title Moves the vault's balance for the length of one transaction and has the breaker look at it
contract Flash {
    function fakeDrain(IERC4626 vault, Breaker breaker, uint256 amount) external {
        vault.withdraw(amount, address(this), address(this));
        breaker.check();
        vault.deposit(amount, address(this));
    }

    function fakeHealth(IERC4626 vault, Breaker breaker, uint256 amount) external {
        vault.deposit(amount, address(this));
        breaker.check();
        vault.withdraw(amount, address(this), address(this));
    }

    function approve(IERC20 token, address to) external {
        token.approve(to, type(uint256).max);
    }
}

/// @title A breaker on the liquidity of a real vault: throttled below 950 tokens, frozen below 900
abstract contract BreakerOnAVault is VaultFixture {
    uint32 private constant PATIENCE = 30;
    uint32 private constant CALM = 600;

    Breaker private breaker;
    Flash private flash = new Flash();

    function setUp() public virtual override {
        super.setUp();
        ISettlement claims = ISettlement(guards == address(vault) ? guards : address(0));
        LiquidityMetric metric = new LiquidityMetric(IERC20(token), address(vault), claims);
        Threshold[] memory list = new Threshold[](2);
        list[0] = Threshold(false, Level.THROTTLED, PATIENCE, CALM, 0, 0, 0, uint128(950 * ONE), uint128(970 * ONE));
        list[1] = Threshold(false, Level.FROZEN, PATIENCE, CALM, 0, 0, 0, uint128(900 * ONE), uint128(950 * ONE));
        breaker = new Breaker(IGuarded(guards), metric, IBreakerHook(address(0)), 4 hours, 1 hours, Level.NORMAL, list);
        vm.prank(governance);
        rules().setHolder(address(breaker), Rank.GUARDIAN);
        flash.approve(token, address(vault));
        token.mint(address(flash), 200 * ONE);
    }

    function _level() private view returns (uint256) {
        return uint256(emergency().level());
    }

    function _check() private returns (uint256) {
        breaker.check();
        return breaker.stage();
    }

    function test_ADrainIsThrottledThenFrozen() public {
        withdraw(alice, 60 * ONE);
        assertEq(_check(), 0);
        skip(PATIENCE);
        assertEq(_check(), 1);
        assertEq(_level(), 1);
        skip(DAY - PATIENCE - 1);
        assertEq(_check(), 1); // renewed once in the day: it had run out before
        withdraw(alice, 40 * ONE); // half of what a full bucket would give is left
        skip(DAY);
        withdraw(alice, 10 * ONE);
        assertEq(_check(), 1);
        skip(PATIENCE);
        assertEq(_check(), 2);
        assertEq(_level(), 4);
        vm.expectRevert();
        withdraw(alice, ONE);
    }

    function test_MoneyThatCameBackClears() public {
        withdraw(alice, 60 * ONE);
        _check();
        skip(PATIENCE);
        assertEq(_check(), 1);
        give(bob, 30 * ONE);
        _check();
        skip(CALM);
        assertEq(_check(), 0);
    }

    /// A claim's assets are the claimant's, wherever they wait: over the limit they leave the number as they leave the
    /// vault's books.
    function test_WhatWaitsInClaimsIsNotLiquidity() public {
        withdraw(alice, 110 * ONE);
        assertEq(breaker.metric().value(), 890 * ONE);
        assertEq(emergency().lockedInClaims(address(token)), 110 * ONE);
        _check();
        skip(PATIENCE);
        assertEq(_check(), 2);
    }

    /// S49: the number moved for one transaction trips nothing, one that stays moved does.
    function test_S49_AFlashLoanDoesNotTrip() public {
        vm.prank(address(flash));
        vault.deposit(70 * ONE, address(flash));
        withdraw(alice, 70 * ONE);
        skip(2 * DAY);
        assertEq(breaker.metric().value(), 1000 * ONE);
        flash.fakeDrain(vault, breaker, 70 * ONE);
        assertGt(breaker.watchOf(0).beyondSince, 0);
        assertEq(breaker.stage(), 0);
        skip(12);
        assertEq(_check(), 0);
        skip(CALM);
        flash.fakeDrain(vault, breaker, 70 * ONE);
        assertEq(breaker.stage(), 0);
    }

    /// The thief borrows health for a moment in each block; one honest check in between is enough.
    function test_BorrowedHealthDoesNotHinderATrip() public {
        withdraw(alice, 60 * ONE);
        _check();
        for (uint256 i = 0; i < 3; ++i) {
            skip(12);
            flash.fakeHealth(vault, breaker, 100 * ONE);
        }
        assertEq(_check(), 1);
        for (uint256 i = 0; i < 60; ++i) {
            skip(12);
            flash.fakeHealth(vault, breaker, 100 * ONE);
            if (i % 40 == 0) _check();
        }
        assertEq(breaker.stage(), 1);
        assertEq(_level(), 1);
    }

    function test_GasOfACheck() public {
        uint256 before = gasleft();
        breaker.check();
        emit log_named_uint("Breaker.check, two thresholds, nothing beyond", before - gasleft());
        withdraw(alice, 60 * ONE);
        breaker.check();
        skip(PATIENCE);
        before = gasleft();
        breaker.check();
        emit log_named_uint("Breaker.check, trips and raises", before - gasleft());
        assertEq(_level(), 1);
    }
}

/// forge-config: default.isolate = true
contract BreakerOnAnEmbeddedVaultTest is BreakerOnAVault, EmbeddedVault {
    function setUp() public override(BreakerOnAVault, VaultFixture) {
        BreakerOnAVault.setUp();
    }
}

/// forge-config: default.isolate = true
contract BreakerOnAHubTest is BreakerOnAVault, HubbedVault {
    function setUp() public override(BreakerOnAVault, VaultFixture) {
        BreakerOnAVault.setUp();
    }
}
