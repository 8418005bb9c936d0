// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Token} from "../mocks/Token.sol";

/// @title Conservation (S24): locked + paid + returned + withdrawn = received, for each asset, after every call
/// @dev The ghost is kept by the actions from balances and from what they asked for, not from the guard's own sums.
/// forge-config: default.invariant.runs = 24
/// forge-config: heavy.invariant.runs = 10000
/// forge-config: default.invariant.depth = 80
/// forge-config: default.invariant.fail-on-revert = true
/// forge-config: default.isolate = true
contract ConservationTest is EngineTest {
    struct Ghost {
        uint256 received;
        uint256 paid;
        uint256 returned;
        uint256 withdrawn;
    }

    mapping(address asset => Ghost) private ghost;
    Token private other;

    function setUp() public override {
        super.setUp();
        other = new Token();
        bytes memory call = abi.encodeCall(engine.setLimit, (address(other), _queued()));
        _govern(call);
        targetContract(address(this));
        bytes4[] memory selectors = new bytes4[](6);
        selectors[0] = this.depositSome.selector;
        selectors[1] = this.withdrawSome.selector;
        selectors[2] = this.settleOne.selector;
        selectors[3] = this.giveUp.selector;
        selectors[4] = this.judge.selector;
        selectors[5] = this.wait.selector;
        targetSelector(address(this), selectors);
    }

    function _asset(uint256 random) private view returns (Token) {
        return random % 2 == 0 ? token : other;
    }

    function _user(uint256 random) private view returns (address) {
        return [alice, bob, attacker][random % 3];
    }

    function wait(uint256 time) external {
        skip(time % 1 days);
    }

    function depositSome(uint256 random) external {
        (Token asset, address user) = (_asset(random), _user(random >> 8));
        uint256 amount = (random >> 16) % (3 * LIMIT);
        asset.mint(user, amount);
        vm.startPrank(user);
        asset.approve(address(host), amount);
        host.deposit(address(asset), amount);
        vm.stopPrank();
    }

    function withdrawSome(uint256 random) external {
        (Token asset, address user) = (_asset(random), _user(random >> 8));
        uint256 balance = host.balance(address(asset), user);
        if (balance == 0) return;
        uint256 amount = random >> 16 & 3 == 0 ? (random >> 20) % balance : balance;
        vm.prank(user);
        uint256 id = host.withdraw(address(asset), amount, _user(random >> 24));
        if (id != 0) ghost[address(asset)].received += amount;
    }

    function settleOne(uint256 random) external {
        uint256 id = random % (engine.claimCount() + 1);
        Claim memory c = engine.claim(id);
        if (c.asset == address(0)) return;
        uint256 before = Token(c.asset).balanceOf(c.owner);
        (bool done,) = address(engine).call(abi.encodeCall(engine.settle, (id)));
        uint256 got = Token(c.asset).balanceOf(c.owner) - before;
        assertEq(got, done ? c.amount : 0);
        ghost[c.asset].paid += got;
    }

    function giveUp(uint256 random) external {
        uint256 id = random % (engine.claimCount() + 1);
        Claim memory c = engine.claim(id);
        uint256 before = host.balance(c.asset, c.owner);
        vm.prank(c.owner);
        (bool done,) = address(engine).call(abi.encodeCall(engine.withdrawClaim, (id)));
        uint256 got = host.balance(c.asset, c.owner) - before;
        assertEq(got, done ? c.amount : 0);
        ghost[c.asset].withdrawn += got;
    }

    function judge(uint256 random) external {
        uint256 id = random % (engine.claimCount() + 1);
        Claim memory c = engine.claim(id);
        uint256 kind = (random >> 8) % 3;
        if (kind == 0) {
            vm.prank(guardian);
            (bool held,) = address(engine).call(abi.encodeCall(engine.hold, (_ids(id), random >> 16, "")));
            if (!held) assertEq(uint256(engine.rankOf(guardian)), 0, "only a lapsed guardian is refused");
            return;
        }
        uint256 lockedBefore = engine.lockedInClaims(c.asset);
        vm.prank(governance);
        kind == 1 ? engine.release(_ids(id), "") : engine.cancel(_ids(id), "");
        if (kind == 2 && c.state == ClaimState.SUSPECT) ghost[c.asset].returned += c.amount;
        else assertEq(engine.lockedInClaims(c.asset), lockedBefore);
    }

    function invariant_S24_Conservation() public view {
        _conserved(address(token));
        _conserved(address(other));
    }

    function _conserved(address asset) private view {
        uint256 waiting;
        for (uint256 id = 1; id <= engine.claimCount(); ++id) {
            Claim memory c = engine.claim(id);
            bool waits = c.state == ClaimState.PENDING || c.state == ClaimState.SUSPECT;
            if (waits && c.asset == asset) waiting += c.amount;
        }
        uint256 locked = engine.lockedInClaims(asset);
        Ghost memory g = ghost[asset];
        assertEq(locked, waiting, "locked is what waits");
        assertEq(locked + g.paid + g.returned + g.withdrawn, g.received, "conservation");
        assertGe(Token(asset).balanceOf(address(engine)), locked, "backed");
    }
}
