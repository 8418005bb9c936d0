// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {MarketControls} from "../../../contracts/controls/MarketControls.sol";
import {OracleControls} from "../../../contracts/controls/OracleControls.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";
import {Host, HubHost} from "./Host.sol";
import {IEngine} from "./IEngine.sol";
import {Token} from "./Token.sol";

/// @title A sealed protocol with every guard, its actors, and the words of its policy
abstract contract EngineTest is Test {
    struct Powers {
        uint256 maxPause;
        uint256 budget;
        uint256 period;
        uint256 cooldown;
        uint256 heartbeat;
        uint256 maxLock;
        uint256 maxLocks;
        uint256 operations;
        uint256 maxLevel;
    }

    uint256 internal constant T0 = 1_800_000_000;
    uint256 internal constant UNIT = 1e18;
    uint256 internal constant LIMIT = 100 * UNIT;
    uint256 internal constant GRACE = 1 hours;
    uint256 internal constant DELAY = 2 days;
    uint256 internal constant EXPIRY = 3 days;
    uint256 internal constant CLAIM_DELAY = 1 days;
    uint256 internal constant MAX_HOLD = 10 days;

    address internal deployer = makeAddr("deployer");
    address internal governance = makeAddr("governance");
    address internal guardian = makeAddr("guardian");
    address internal sentinel = makeAddr("sentinel");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal attacker = makeAddr("attacker");
    address internal keeper = makeAddr("keeper");

    address internal controls;
    Host internal host;
    IEngine internal engine;
    Token internal token;

    function setUp() public virtual {
        vm.warp(T0);
        controls = address(
            new EmergencyControls(
                address(new GovernanceControls(address(new MarketControls(address(new OracleControls())))))
            )
        );
        token = new Token();
        (host, engine) = _makeHost();
        _configure(engine);
        _seal(engine);
    }

    /// @dev A suite that says true runs the same tests with the protocol as a member of a hub; see `hub/*OnHub.t.sol`.
    function _onHub() internal pure virtual returns (bool) {
        return false;
    }

    /// @dev The protocol and the guards that answer for it, neither configured nor sealed; one contract when embedded.
    function _makeHost() internal returns (Host made, IEngine guards) {
        if (!_onHub()) {
            made = new Host(controls, deployer);
            return (made, IEngine(address(made)));
        }
        GuardrailHub hub = new GuardrailHub(controls, deployer);
        address member = address(new HubHost(hub));
        vm.startPrank(deployer);
        hub.setMember(member, true);
        hub.setBaseSource(address(token), member);
        vm.stopPrank();
        // what a test calls of the two hosts is the same
        return (Host(payable(member)), IEngine(address(hub)));
    }

    /// @return what the protocol holds of `token`, with what waits in claims wherever claims wait
    function _held() internal view returns (uint256) {
        uint256 inHost = token.balanceOf(address(host));
        return address(engine) == address(host) ? inHost : inHost + token.balanceOf(address(engine));
    }

    // ---------------------------------------------------------------- the policy

    function _guardianPowers() internal pure returns (Powers memory) {
        return Powers(1 days, 3 days, 30 days, 6 hours, 30 days, 2 days, 3, Op.ALL, 4);
    }

    function _sentinelPowers() internal pure returns (Powers memory) {
        return Powers(1 hours, 4 hours, 7 days, 1 hours, 1 days, 6 hours, 2, Op.WITHDRAW | Op.BORROW, 2);
    }

    function _pack(Powers memory p) internal pure returns (RankLimits) {
        uint256 times = p.maxPause | p.budget << 32 | p.period << 64 | p.cooldown << 96 | p.heartbeat << 128;
        return RankLimits.wrap(times | p.maxLock << 160 | p.maxLocks << 192 | p.operations << 208 | p.maxLevel << 224);
    }

    /// @return rules throttled at half, queued at a tenth, exit-only and frozen at nothing
    function _rules() internal pure returns (uint256 rules) {
        uint256 exitOnly = Op.DEPOSIT | Op.BORROW | Op.LIQUIDATE;
        rules = _rule(Level.THROTTLED, 0, 50) | _rule(Level.QUEUED, Op.BORROW, 10);
        rules |= _rule(Level.EXIT_ONLY, exitOnly, 5) | _rule(Level.FROZEN, Op.ALL, 0);
    }

    function _rule(Level level, uint256 closed, uint256 share) internal pure returns (uint256) {
        return (closed | share << 16) << (24 * uint256(level));
    }

    /// @return word 100 tokens a day, queued beyond
    function _queued() internal pure returns (OutflowWord word) {
        return OutflowWord.wrap(uint256(100) << 151 | uint256(18) << 171 | uint256(1440) << 176 | uint256(2) << 253);
    }

    function _configure(IEngine e) internal virtual {
        vm.startPrank(deployer);
        e.setRankLimits(Rank.GUARDIAN, _pack(_guardianPowers()));
        e.setRankLimits(Rank.SENTINEL, _pack(_sentinelPowers()));
        e.setHolder(guardian, Rank.GUARDIAN);
        e.setHolder(sentinel, Rank.SENTINEL);
        e.setLimit(address(token), _queued());
        e.setLevelRules(_rules());
        e.setSettlement(CLAIM_DELAY, MAX_HOLD);
        e.setLiquidationGrace(GRACE);
        e.setExpiry(EXPIRY);
        e.setDelay(bytes4(0), DELAY);
        e.setDelay(e.unpause.selector, 0);
        e.setDelay(e.lowerLevel.selector, 0);
        e.setDelay(e.unlock.selector, 0);
        e.setDelay(e.release.selector, 0);
        e.setDelay(e.cancel.selector, 0);
        vm.stopPrank();
    }

    function _seal(IEngine e) internal {
        vm.prank(deployer);
        e.seal(governance);
    }

    // ---------------------------------------------------------------- actions

    function _pause(address by, uint16 operations, uint256 duration) internal returns (uint256) {
        vm.prank(by);
        return engine.pause(operations, duration, "incident");
    }

    function _raise(address by, Level level, uint256 duration) internal {
        vm.prank(by);
        engine.raiseLevel(level, duration, "incident");
    }

    function _unpause(uint16 operations) internal {
        vm.prank(governance);
        engine.unpause(operations, "over");
    }

    function _lower(Level level) internal {
        vm.prank(governance);
        engine.lowerLevel(level, "over");
    }

    /// @dev Announces, waits the delay, and lets a stranger execute.
    function _govern(bytes memory call) internal {
        _announce(call);
        _execute(call);
    }

    /// @dev Until the call can be executed.
    function _announce(bytes memory call) internal returns (bytes32 id) {
        vm.prank(governance);
        id = engine.schedule(call);
        (uint256 executableAt,) = engine.overrideOf(id);
        vm.warp(executableAt);
    }

    function _execute(bytes memory call) internal {
        vm.prank(keeper);
        engine.execute(call);
    }

    function _deposit(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.startPrank(account);
        token.approve(address(host), amount);
        host.deposit(address(token), amount);
        vm.stopPrank();
    }

    function _withdraw(address account, uint256 amount) internal returns (uint256 claimId) {
        vm.prank(account);
        return host.withdraw(address(token), amount, account);
    }

    /// @dev A claim of `account` for more than the limit; the budget stays untouched.
    function _claimOf(address account) internal returns (uint256 id) {
        _deposit(account, 2 * LIMIT);
        id = _withdraw(account, 2 * LIMIT);
        assertNotEq(id, 0);
    }

    function _ids(uint256 id) internal pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }

    // ---------------------------------------------------------------- expectations

    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }

    function _expectUnauthorised(address account, Rank required) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.Unauthorised.selector, account, required));
    }

    function _expectClosed(uint16 operation, uint256 until) internal {
        vm.expectRevert(abi.encodeWithSelector(IEngine.OperationClosed.selector, operation, until));
    }

    /// @dev `operation` is closed one second before `until`, and open at it and after: the boundary triple.
    function _closedUntil(uint16 operation, uint256 until) internal {
        assertEq(engine.pausedUntil(operation), until, "pausedUntil");
        vm.warp(until - 1);
        assertFalse(host.open(operation), "open a second early");
        assertFalse(engine.isOpen(operation), "isOpen a second early");
        _expectClosed(operation, until);
        host.act(operation);
        vm.warp(until);
        assertTrue(engine.isOpen(operation), "closed at its end");
        host.act(operation);
        vm.warp(until + 1);
        assertTrue(host.open(operation), "closed after its end");
        host.act(operation);
    }
}
