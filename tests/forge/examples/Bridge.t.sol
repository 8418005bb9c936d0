// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedBridge} from "../../../contracts/examples/bridge/GuardedBridge.sol";
import {HubBridge} from "../../../contracts/examples/bridge/HubBridge.sol";
import {IConnections} from "../../../contracts/examples/bridge/INomad.sol";
import {NomadBridge} from "../../../contracts/examples/bridge/NomadBridge.sol";
import {TransferMessage} from "../../../contracts/examples/bridge/TransferMessage.sol";
import {GateCore} from "../../../contracts/guards/gate/GateCore.sol";
import {LockCore} from "../../../contracts/guards/lock/LockCore.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {Token} from "./Tokens.sol";

/// @dev Of Nomad's own contracts, which are used here as its package compiled them.
interface INomadCore {
    function initialize(address updaterManager) external;
    function setHome(address home) external;
    function ownerEnrollReplica(address replica, uint32 domain) external;
    function nonces(uint32 domain) external view returns (uint32);
}

/// @notice `send` of both bridges, which is no part of what they share.
interface ISend {
    function send(address token, uint256 amount, bytes32 recipient) external;
}

/// @notice The real Home and connection manager; the Replica is an account here, the real one runs in `tests/drill`.
/// 100 tokens may leave in 24 hours, 80 of them in withdrawals above 1.
abstract contract BridgeTest is ExampleTest {
    uint32 internal constant HERE = 6_648_936;
    uint32 internal constant THERE = 1_650_811_245;
    bytes32 internal constant REMOTE = bytes32(uint256(uint160(0xD3dfD3eDe74E0DCEBC1AA685e151332857efCe2d)));
    string internal constant PACKAGE = "node_modules/@nomad-xyz/contracts-core/foundry_artifacts/";
    uint256 internal constant ONE = 1e18;
    uint256 internal constant LARGE = 80 * ONE;

    NomadBridge internal bridge;
    Token internal token = new Token(18);
    IConnections internal connections;
    INomadCore internal home;
    address internal replica = makeAddr("replica");

    event RefundOnOrigin(uint256 indexed claimId, address indexed account, address indexed token, uint256 amount);
    event ReturnedToEscrow(uint256 indexed claimId, address indexed account, address indexed token, uint256 amount);

    function setUp() public virtual {
        address updaters = make("UpdaterManager", abi.encode(makeAddr("updater")));
        home = INomadCore(make("Home", abi.encode(HERE)));
        INomadCore(updaters).setHome(address(home));
        home.initialize(updaters);
        connections = IConnections(make("XAppConnectionManager", ""));
        INomadCore(address(connections)).setHome(address(home));
        INomadCore(address(connections)).ownerEnrollReplica(replica, THERE);
        address deployed;
        (deployed, guards) = deployBridge();
        bridge = NomadBridge(deployed);
        rules().setLimit(address(token), limitOf(1000, 17, 5, 10));
        configureAndSeal();
        token.mint(address(bridge), 500 * ONE);
        vm.warp(1_650_000_000);
    }

    function deployBridge() internal virtual returns (address bridge_, address guards_);

    function make(string memory name, bytes memory arguments) private returns (address) {
        return vm.deployCode(string.concat(PACKAGE, name, ".sol/", name, ".json"), arguments);
    }

    function body(address to, uint256 amount) internal view returns (bytes memory) {
        return TransferMessage.encode(HERE, address(token), bytes32(uint256(uint160(to))), amount, 0);
    }

    function deliver(address to, uint256 amount) internal {
        bytes memory message = body(to, amount);
        vm.prank(replica);
        bridge.handle(THERE, 1, REMOTE, message);
    }

    // ---------------------------------------------------------------- who is heard

    function test_PaysOnAMessageOfTheRemoteRouter() public {
        deliver(alice, 30 * ONE);
        assertEq(token.balanceOf(alice), 30 * ONE);
        assertEq(bridge.escrow(address(token)), 470 * ONE);
    }

    function test_RevertIf_CallerIsNoReplica() public {
        bytes memory message = body(alice, ONE);
        vm.prank(attacker);
        vm.expectRevert(abi.encodeWithSelector(NomadBridge.NotReplica.selector, attacker));
        bridge.handle(THERE, 1, REMOTE, message);
    }

    function test_RevertIf_SenderOrOriginIsAnother() public {
        bytes memory message = body(alice, ONE);
        bytes32 other = bytes32(uint256(uint160(attacker)));
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(NomadBridge.NotRemoteRouter.selector, THERE, other));
        bridge.handle(THERE, 1, other, message);
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(NomadBridge.NotRemoteRouter.selector, HERE, REMOTE));
        bridge.handle(HERE, 1, REMOTE, message);
    }

    function test_RevertIf_MessageIsNoTransferOfALocalToken() public {
        bytes memory message = body(alice, ONE);
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(TransferMessage.InvalidLength.selector, 134));
        bridge.handle(THERE, 1, REMOTE, abi.encodePacked(message, uint8(0)));
        message[36] = bytes1(uint8(5));
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(TransferMessage.NotATransfer.selector, 5));
        bridge.handle(THERE, 1, REMOTE, message);
        bytes memory foreign = TransferMessage.encode(THERE, address(token), REMOTE, ONE, 0);
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(NomadBridge.NotLocalToken.selector, THERE, address(token)));
        bridge.handle(THERE, 1, REMOTE, foreign);
    }

    function testFuzz_ParsesWhatItEncodes(uint32 domain, address asset, address to, uint256 amount) public view {
        bytes memory message = TransferMessage.encode(domain, asset, bytes32(uint256(uint160(to))), amount, 0);
        TransferMessage.Transfer memory parsed = this.parse(message);
        assertEq(parsed.domain, domain);
        assertEq(parsed.token, asset);
        assertEq(parsed.recipient, to);
        assertEq(parsed.amount, amount);
    }

    function parse(bytes calldata message) external pure returns (TransferMessage.Transfer memory) {
        return TransferMessage.parse(message);
    }

    // ---------------------------------------------------------------- how much leaves

    function test_PaysTheLimitExactlyAndQueuesOneUnitMore() public {
        deliver(alice, LARGE);
        assertEq(token.balanceOf(alice), LARGE);
        deliver(bob, 2 * ONE);
        assertEq(token.balanceOf(bob), 0);
        assertEq(lastClaim(), 1);
        assertEq(bridge.escrow(address(token)), 500 * ONE - LARGE - 2 * ONE);
        deliver(bob, ONE);
        assertEq(token.balanceOf(bob), ONE, "a small one may use the reserve");
    }

    function test_AClaimIsPaidAfterItsDelayAndNotASecondBefore() public {
        deliver(alice, LARGE + 1);
        skip(DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.ClaimNotReady.selector, 1, block.timestamp + 1));
        emergency().settle(1);
        skip(1);
        emergency().settle(1);
        assertEq(token.balanceOf(alice), LARGE + 1);
    }

    function test_RevertIf_TheEscrowIsOwedToClaims() public {
        deliver(alice, 495 * ONE);
        bytes memory message = body(bob, 6 * ONE);
        vm.prank(replica);
        vm.expectRevert(abi.encodeWithSelector(NomadBridge.EscrowTooSmall.selector, address(token), 6 * ONE, 5 * ONE));
        bridge.handle(THERE, 1, REMOTE, message);
        deliver(bob, 5 * ONE);
        assertEq(bridge.escrow(address(token)), 0);
    }

    // ---------------------------------------------------------------- closed, locked, open again

    function test_AMessageRefusedByAPauseIsDeliveredLater() public {
        pause(Op.WITHDRAW, 1 hours);
        bytes memory message = body(alice, ONE);
        vm.prank(replica);
        vm.expectRevert(
            abi.encodeWithSelector(GateCore.OperationClosed.selector, Op.WITHDRAW, block.timestamp + 1 hours)
        );
        bridge.handle(THERE, 1, REMOTE, message);
        skip(1 hours);
        deliver(alice, ONE);
        assertEq(token.balanceOf(alice), ONE);
    }

    function test_AMessageToALockedAccountIsDeliveredLater() public {
        lockAccount(alice, 1 hours);
        bytes memory message = body(alice, ONE);
        vm.prank(replica);
        vm.expectPartialRevert(LockCore.Locked.selector);
        bridge.handle(THERE, 1, REMOTE, message);
        deliver(bob, ONE);
        skip(1 hours);
        deliver(alice, ONE);
        assertEq(token.balanceOf(alice), ONE);
    }

    // ---------------------------------------------------------------- claims that are not paid

    function test_ACancelledClaimGoesBackToTheEscrow() public {
        deliver(attacker, 200 * ONE);
        uint256[] memory ids = new uint256[](1);
        ids[0] = 1;
        vm.prank(guardian);
        emergency().hold(ids, block.timestamp + 7 days, "test");
        vm.expectEmit(true, true, true, true, address(bridge));
        emit ReturnedToEscrow(1, attacker, address(token), 200 * ONE);
        vm.prank(governance);
        emergency().cancel(ids, "test");
        assertEq(uint256(emergency().claim(1).state), uint256(ClaimState.RETURNED));
        assertEq(bridge.escrow(address(token)), 500 * ONE);
        assertEq(token.balanceOf(address(bridge)), 500 * ONE);
    }

    function test_AClaimThatItsOwnerGivesUpIsAnnouncedForTheOrigin() public {
        deliver(alice, 200 * ONE);
        vm.expectEmit(true, true, true, true, address(bridge));
        emit RefundOnOrigin(1, alice, address(token), 200 * ONE);
        vm.prank(alice);
        emergency().withdrawClaim(1);
        assertEq(bridge.escrow(address(token)), 500 * ONE);
    }

    function test_RevertIf_AStrangerEndsAClaim() public {
        deliver(alice, 200 * ONE);
        vm.prank(attacker);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NotClaimOwner.selector, 1, attacker));
        emergency().withdrawClaim(1);
    }

    // ---------------------------------------------------------------- the way in

    function test_SendsWithTheRealHomeAndEarnsCredit() public {
        deliver(alice, LARGE);
        vm.startPrank(alice);
        token.approve(address(bridge), LARGE);
        ISend(address(bridge)).send(address(token), 10 * ONE, REMOTE);
        vm.stopPrank();
        assertEq(home.nonces(THERE), 1);
        assertEq(token.balanceOf(address(bridge)), 430 * ONE);
        deliver(bob, 10 * ONE);
        assertEq(token.balanceOf(bob), 10 * ONE, "the deposit's credit is used");
    }

    function test_RevertIf_NothingOrNobodyIsSent() public {
        vm.startPrank(alice);
        vm.expectRevert(NomadBridge.NothingSent.selector);
        ISend(address(bridge)).send(address(token), 0, REMOTE);
        token.mint(alice, ONE);
        token.approve(address(bridge), ONE);
        vm.expectRevert(NomadBridge.NothingSent.selector);
        ISend(address(bridge)).send(address(token), ONE, 0);
        vm.stopPrank();
    }

    function test_RevertIf_DepositsAreClosed() public {
        pause(Op.DEPOSIT, 1 hours);
        vm.prank(alice);
        vm.expectPartialRevert(GateCore.OperationClosed.selector);
        ISend(address(bridge)).send(address(token), ONE, REMOTE);
        deliver(alice, ONE);
    }
}

/// forge-config: default.isolate = true
contract GuardedBridgeTest is BridgeTest {
    function deployBridge() internal override returns (address bridge_, address guards_) {
        bridge_ = address(new GuardedBridge(controls, address(this), connections, THERE, REMOTE));
        guards_ = bridge_;
    }
}

/// forge-config: default.isolate = true
contract HubBridgeTest is BridgeTest {
    function deployBridge() internal override returns (address bridge_, address guards_) {
        GuardrailHub hub = new GuardrailHub(controls, address(this));
        bridge_ = address(new HubBridge(hub, connections, THERE, REMOTE));
        hub.setMember(bridge_, true);
        guards_ = address(hub);
    }
}
