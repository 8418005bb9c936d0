// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProRataExit} from "../../../contracts/response/ProRataExit.sol";
import {Token} from "../mocks/Token.sol";
import {ExitFixture} from "./ExitFixture.sol";
import {HostileToken} from "./HostileToken.sol";

/// @title ProRataExit (S36): at most the share, at most once, and together at most what was funded
/// @dev The ghost counts what was sent in and what accounts hold; it asks the escrow for nothing. The leaves sum to
/// more than the total, so that the cap is met too.
/// forge-config: default.invariant.runs = 24
/// forge-config: heavy.invariant.runs = 10000
/// forge-config: default.invariant.depth = 80
/// forge-config: default.invariant.fail-on-revert = true
contract ProRataPropertyTest is ExitFixture {
    mapping(address token => uint256) private sent;
    mapping(address token => uint256) private swept;
    uint256 private payments;

    function setUp() public override {
        super.setUp();
        sharesOf = [uint256(333), 500, 266, 101];
        _plant();
        _announce();
        skip(CHALLENGE);
        targetContract(address(this));
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = this.claimSome.selector;
        selectors[1] = this.topUp.selector;
        selectors[2] = this.bite.selector;
        selectors[3] = this.misuse.selector;
        selectors[4] = this.wait.selector;
        targetSelector(address(this), selectors);
    }

    function _token(uint256 random) private view returns (Token) {
        return [good, Token(bad), other][random % 3];
    }

    function claimSome(uint256 random) external {
        uint256 i = random % 4;
        address[] memory list = new address[]((random >> 8) % 5);
        for (uint256 k; k < list.length; ++k) {
            list[k] = address(_token(random >> (16 + 8 * k)));
        }
        uint256 before = good.balanceOf(accounts[i]);
        escrow.claim(accounts[i], sharesOf[i], _proof(i), list);
        if (good.balanceOf(accounts[i]) > before) ++payments;
    }

    function topUp(uint256 random) external {
        Token token = _token(random);
        uint256 amount = (random >> 8) % 1e24;
        token.mint(address(escrow), amount);
        sent[address(token)] += amount;
    }

    /// @dev All but lies upwards: what such a token then pays is its own affair.
    function bite(uint256 random) external {
        HostileToken.Bite[8] memory bites = [
            HostileToken.Bite.NONE,
            HostileToken.Bite.REVERTS,
            HostileToken.Bite.BURNS_GAS,
            HostileToken.Bite.RETURNS_FALSE,
            HostileToken.Bite.RETURNS_A_BOMB,
            HostileToken.Bite.RETURNS_NOTHING,
            HostileToken.Bite.CALLS_BACK,
            HostileToken.Bite.BALANCE_REVERTS
        ];
        uint256 i = random % 4;
        bad.prepare(address(escrow), abi.encodeCall(escrow.claim, (accounts[i], sharesOf[i], _proof(i), _three())));
        bad.setBite(bites[(random >> 8) % 8]);
        good.setBlocked(accounts[i], random >> 16 & 3 == 0);
    }

    /// @dev A wrong leaf, a restated snapshot and an early sweep change nothing; a sweep in time is the owner's.
    function misuse(uint256 random) external {
        uint256 i = random % 4;
        (bool done,) =
            address(escrow).call(abi.encodeCall(escrow.claim, (accounts[i], sharesOf[i] + 1, _proof(i), _three())));
        assertFalse(done, "a leaf of nobody's");
        vm.prank(governance);
        (done,) = address(escrow).call(abi.encodeCall(escrow.announce, (_root(), 1, "")));
        assertFalse(done, "restated");
        if ((random >> 8) % 8 != 0) return;
        uint256 here = other.balanceOf(address(escrow));
        vm.prank(governance);
        (done,) = address(escrow).call(abi.encodeCall(escrow.sweep, (address(other), governance)));
        assertEq(done, vm.getBlockTimestamp() >= T0 + CHALLENGE + PERIOD);
        if (done) swept[address(other)] += here;
    }

    function wait(uint256 time) external {
        skip(time % 10 days);
    }

    function invariant_S36_AtMostTheShareAtMostOnce() public {
        HostileToken.Bite now_ = bad.bite();
        bad.setBite(HostileToken.Bite.NONE);
        for (uint256 t; t < 3; ++t) {
            Token token = _token(t);
            uint256 sum;
            for (uint256 i; i < 4; ++i) {
                uint256 got = token.balanceOf(accounts[i]);
                assertLe(got, sent[address(token)] * sharesOf[i] / TOTAL, "above the share");
                assertEq(got, escrow.paidOf(accounts[i], address(token)), "paid is what arrived");
                sum += got;
            }
            assertEq(sum, escrow.totalPaidOf(address(token)));
            assertEq(
                sum + swept[address(token)] + token.balanceOf(address(escrow)), sent[address(token)], "conservation"
            );
        }
        bad.setBite(now_);
    }

    /// @dev The run is not one in which nobody was paid.
    function test_TheHandlersReachPayments() public {
        this.topUp(uint256(900) << 8);
        this.claimSome(uint256(3) << 8);
        assertEq(payments, 1);
    }

    /// S36: against the definition, in any order, with top-ups between.
    function testFuzz_S36_EachClaimPaysUpToTheDefinition(
        uint256[4] memory shares,
        uint256[8] memory amounts,
        uint8[8] memory order
    ) public {
        uint256 total;
        for (uint256 i; i < 4; ++i) {
            sharesOf[i] = bound(shares[i], 0, 1e24);
            total += sharesOf[i];
        }
        vm.assume(total != 0);
        _plant();
        escrow = new ProRataExit(governance, _three(), CHALLENGE, PERIOD);
        vm.prank(governance);
        escrow.announce(_root(), total, "");
        skip(CHALLENGE);
        uint256 funded;
        uint256[4] memory expected;
        for (uint256 k; k < 8; ++k) {
            uint256 amount = bound(amounts[k], 0, 1e30);
            good.mint(address(escrow), amount);
            funded += amount;
            uint256 i = order[k] % 4;
            escrow.claim(accounts[i], sharesOf[i], _proof(i), _one(address(good)));
            expected[i] = funded * sharesOf[i] / total;
            for (uint256 j; j < 4; ++j) {
                assertEq(good.balanceOf(accounts[j]), expected[j]);
            }
        }
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            escrow.claim(accounts[i], sharesOf[i], _proof(i), _one(address(good)));
            sum += good.balanceOf(accounts[i]);
        }
        assertGe(sum + 3, funded, "only roundings stay");
        assertLe(sum, funded);
    }
}
