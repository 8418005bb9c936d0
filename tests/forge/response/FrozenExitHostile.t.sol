// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../../contracts/Guardrails.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {ILockdown} from "../../../contracts/guards/lockdown/ILockdown.sol";
import {LockdownCore} from "../../../contracts/guards/lockdown/LockdownCore.sol";
import {Level} from "../../../contracts/guards/Types.sol";
import {FrozenExit} from "../../../contracts/response/FrozenExit.sol";
import {IFrozenExit} from "../../../contracts/response/IFrozenExit.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ExampleTest} from "../examples/ExampleTest.sol";
import {Token} from "../mocks/Token.sol";
import {HostileToken} from "./HostileToken.sol";

/// @dev Shares in whatever tokens lie here, without books of its own.
contract Basket is Guardrails, FrozenExit {
    mapping(address account => uint256) public shares;
    uint256 public supply;
    address[] private list;
    bool public trustsBooks;

    constructor(address controls, address deployer, address[] memory list_) Guardrails(controls, deployer) {
        list = list_;
    }

    function give(address account, uint256 amount) external {
        shares[account] += amount;
        supply += amount;
    }

    function queue(address asset, uint256 amount) external returns (uint256) {
        return _createClaim(msg.sender, asset, amount);
    }

    function setTrustsBooks() external {
        trustsBooks = true;
    }

    function _exitTokens() internal view override returns (address[] memory) {
        return list;
    }

    function _exitSupply() internal view override returns (uint256) {
        return supply;
    }

    function _burnForExit(address account, uint256 amount) internal override {
        shares[account] -= amount;
        supply -= amount;
    }

    function _exitAssets(address token) internal view override returns (uint256) {
        return trustsBooks ? 1000 : super._exitAssets(token);
    }

    function _outflowBase(address) internal pure override returns (uint256) {
        return 0;
    }

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal override {}
}

/// @title S36: a hostile token costs an exit nothing but itself, and is owed
/// forge-config: default.isolate = true
contract FrozenExitHostileTest is ExampleTest {
    Basket private host;
    Token private good;
    HostileToken private bad;
    Token private other;

    event ExitOwed(address indexed account, address indexed token, uint256 amount);
    event ExitCollected(address indexed account, address indexed token, address receiver, uint256 amount);

    function setUp() public {
        (good, bad, other) = (new Token(), new HostileToken(), new Token());
        address[] memory list = new address[](3);
        (list[0], list[1], list[2]) = (address(good), address(bad), address(other));
        _start(list);
    }

    function _start(address[] memory list) private {
        host = new Basket(controls, address(this), list);
        guards = address(host);
        configureAndSeal();
        host.give(alice, 400);
        host.give(bob, 600);
        for (uint256 i; i < list.length; ++i) {
            Token(list[i]).mint(address(host), 1000);
        }
        vm.startPrank(governance);
        host.setExit(30 days);
        emergency().raiseLevel(Level.FROZEN, 0, "");
        vm.stopPrank();
    }

    function _exit(address account, uint256 amount) private {
        vm.prank(account);
        host.exitProRata(amount, account);
    }

    function _collect(address account, address receiver) private {
        vm.prank(account);
        host.collectExit(address(bad), receiver);
    }

    /// @dev alice leaves while it bites, bob once it does not; each has his part and no more.
    function _survives(HostileToken.Bite bite) private {
        uint256 snapshot = vm.snapshotState();
        bad.setBite(bite);
        vm.expectEmit(address(host));
        emit ExitOwed(alice, address(bad), 400);
        vm.prank(alice);
        host.exitProRata{gas: 1_200_000}(400, alice);
        assertEq(good.balanceOf(alice), 400);
        assertEq(other.balanceOf(alice), 400);
        assertEq(host.exitOwed(alice, address(bad)), 400);
        assertEq(host.exitOwed(alice, address(good)), 0);
        bad.setBite(HostileToken.Bite.NONE);
        _exit(bob, 600);
        assertEq(bad.balanceOf(bob), 600, "what is owed is not shared out again");
        _collect(alice, alice);
        assertEq(bad.balanceOf(alice), 400);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.NothingOwed.selector, alice, bad));
        _collect(alice, alice);
        vm.revertToState(snapshot);
    }

    function test_S36_AHostileTokenIsOwed() public {
        _survives(HostileToken.Bite.REVERTS);
        _survives(HostileToken.Bite.BURNS_GAS);
        _survives(HostileToken.Bite.RETURNS_FALSE);
        _survives(HostileToken.Bite.RETURNS_THREE);
        _survives(HostileToken.Bite.RETURNS_LITTLE);
        _survives(HostileToken.Bite.RETURNS_A_BOMB);
    }

    /// S36: what a token has paid is not owed too, whatever it says.
    function test_S36_WhatWasPaidIsNotOwed() public {
        bad.setBite(HostileToken.Bite.PAYS_AND_RETURNS_FALSE);
        _exit(alice, 400);
        assertEq(bad.balanceOf(alice), 400);
        assertEq(host.exitOwed(alice, address(bad)), 0);
        _exit(bob, 600);
        assertEq(bad.balanceOf(bob), 600);
    }

    /// S36: a payment by a contract that is not there any more is none.
    function test_S36_ATokenThatIsGoneIsOwed() public {
        host.setTrustsBooks();
        vm.etch(address(bad), "");
        _exit(alice, 400);
        assertEq(host.exitOwed(alice, address(bad)), 400);
        assertEq(other.balanceOf(alice), 400);
    }

    /// S36: two exits owed the same token do not add up to more than there is, though it lies about its balance.
    function test_S36_ABalanceThatLiesOverflowsNothing() public {
        host.queue(address(bad), 10);
        bad.setBite(HostileToken.Bite.BALANCE_IS_MAX);
        _exit(alice, 400);
        _exit(bob, 300);
        _exit(bob, 300);
        host.queue(address(bad), 10); // now what is locked and what is owed are more than a number holds
        host.give(alice, 1);
        _exit(alice, 1);
        assertEq(good.balanceOf(alice), 400);
        assertEq(good.balanceOf(bob), 600);
        assertEq(other.balanceOf(bob), 600);
    }

    function test_S36_ABalanceThatCannotBeReadPaysNothing() public {
        bad.setBite(HostileToken.Bite.BALANCE_REVERTS);
        vm.expectCall(address(bad), abi.encodeCall(bad.transfer, (alice, 0)), 0);
        _exit(alice, 400);
        assertEq(good.balanceOf(alice), 400);
        assertEq(host.exitOwed(alice, address(bad)), 0);
    }

    /// S36: what two exits owe adds up, and is collected once.
    function test_S36_TwoExitsThatFailAreOwedBoth() public {
        bad.setBite(HostileToken.Bite.REVERTS);
        _exit(alice, 100);
        _exit(alice, 300);
        assertEq(host.exitOwed(alice, address(bad)), 400);
        bad.setBite(HostileToken.Bite.NONE);
        _collect(alice, alice);
        assertEq(bad.balanceOf(alice), 400);
        assertEq(host.exitOwed(alice, address(bad)), 0);
    }

    /// What is owed to a locked-down account is collected for its safe address only.
    function test_WhatIsOwedHeedsALockdown() public {
        address safe = makeAddr("safe");
        bad.setBite(HostileToken.Bite.REVERTS);
        _exit(alice, 400);
        bad.setBite(HostileToken.Bite.NONE);
        vm.prank(alice);
        ILockdown(address(host)).lockDown(1 days, safe);
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(LockdownCore.LockedDown.selector, alice, attacker, type(uint256).max));
        host.collectExit(address(bad), attacker);
        _collect(alice, safe);
        assertEq(bad.balanceOf(safe), 400);
    }

    /// S36: from inside a transfer neither a second exit nor a collection.
    function test_S36_ATokenThatCallsBack() public {
        bad.setBite(HostileToken.Bite.CALLS_BACK);
        host.give(address(bad), 1000);
        bytes4 refused = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        bad.prepare(address(host), abi.encodeCall(host.exitProRata, (1000, attacker)));
        _exit(alice, 400);
        assertEq(bad.refusal(), abi.encodeWithSelector(refused));
        bad.prepare(address(host), abi.encodeCall(host.collectExit, (address(good), attacker)));
        _exit(bob, 600);
        assertEq(bad.refusal(), abi.encodeWithSelector(refused));
        assertEq(good.balanceOf(alice) + good.balanceOf(bob), 500);
        assertEq(good.balanceOf(attacker), 0);
    }

    /// What waits in claims is not shared out.
    function test_ClaimsAreSetApart() public {
        vm.prank(keeper());
        host.queue(address(good), 500);
        _exit(alice, 400);
        assertEq(good.balanceOf(alice), 200);
        assertEq(other.balanceOf(alice), 400);
    }

    /// S39: who is blocked by the token collects elsewhere; a locked account waits for that too.
    function test_S39_WhatIsOwedIsCollectedElsewhere() public {
        bad.setBlocked(alice, true);
        _exit(alice, 400);
        vm.expectRevert(abi.encodeWithSelector(Token.Blocked.selector, alice));
        _collect(alice, alice);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitReceiver.selector, address(0)));
        _collect(alice, address(0));
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.InvalidExitReceiver.selector, host));
        _collect(alice, address(host));
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.NothingOwed.selector, attacker, bad));
        _collect(attacker, attacker);
        lockAccount(alice, 1 hours);
        vm.expectPartialRevert(LockCore.Locked.selector);
        _collect(alice, bob);
        skip(1 hours);
        vm.expectEmit(address(host));
        emit ExitCollected(alice, address(bad), bob, 400);
        _collect(alice, bob);
        assertEq(bad.balanceOf(bob), 400);
        _exit(bob, 600);
        assertEq(bad.balanceOf(bob), 1000);
    }

    /// A lock on one of the tokens keeps everybody in until it ends: it says that this token may not leave.
    function test_ALockedTokenStopsTheExit() public {
        vm.prank(guardian);
        emergency().lock(bytes32(uint256(2) << 248 | uint160(address(good))), 1 hours, 1, "");
        vm.expectPartialRevert(LockCore.Locked.selector);
        _exit(alice, 400);
        skip(1 hours);
        _exit(alice, 400);
        assertEq(good.balanceOf(alice), 400);
    }

    function test_AsManyTokensAsTheBound() public {
        address[] memory list = new address[](33);
        for (uint256 i; i < 33; ++i) {
            list[i] = address(new Token());
        }
        _start(list);
        vm.expectRevert(abi.encodeWithSelector(IFrozenExit.TooManyExitTokens.selector, 33, 32));
        _exit(alice, 400);
        assembly ("memory-safe") {
            mstore(list, 32)
        }
        _start(list);
        _exit(alice, 400);
        assertEq(Token(list[31]).balanceOf(alice), 400);
    }

    function test_TheRecordIsAtItsSlot() public view {
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("guardrails.exit")) - 1)) & ~bytes32(uint256(0xff));
        assertEq(uint256(vm.load(address(host), slot)), host.exitOpenUntil());
        assertGt(host.exitOpenUntil(), 0);
    }

    function keeper() private pure returns (address) {
        return address(0xbeef);
    }
}
