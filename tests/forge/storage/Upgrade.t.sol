// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Host} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";

/// @dev Upgrading is open to anyone here: what is tested is the state that survives it.
contract UpgradeableHost is Host {
    uint256 public immutable version;

    constructor(address controls, uint256 version_) Host(controls, address(1)) {
        version = version_;
    }

    function initialize(address deployer) external {
        _initGuardrails(deployer);
    }

    function upgradeTo(address next) external {
        ERC1967Utils.upgradeToAndCall(next, "");
    }
}

/// @title S37: an upgrade keeps the restrictions, the roles and the claims
/// forge-config: default.isolate = true
contract UpgradeTest is EngineTest {
    UpgradeableHost private proxy;

    function setUp() public override {
        super.setUp();
        address first = address(new UpgradeableHost(controls, 1));
        bytes memory init = abi.encodeCall(UpgradeableHost.initialize, (deployer));
        proxy = UpgradeableHost(payable(address(new ERC1967Proxy(first, init))));
        host = proxy;
        engine = IEngine(address(proxy));
        _configure(engine);
    }

    function test_S37_ClosedUntilSealedBehindAProxyToo() public {
        _expectClosed(Op.WITHDRAW, type(uint32).max);
        proxy.act(Op.WITHDRAW);
        _seal(engine);
        proxy.act(Op.WITHDRAW);
        vm.expectRevert(IEngine.AlreadyInitialised.selector);
        vm.prank(attacker);
        proxy.initialize(attacker);
    }

    function test_S37_AnUpgradeKeepsPauseLockClaimAndAnnouncement() public {
        _seal(engine);
        uint256 id = _claimOf(alice);
        uint256 until = _pause(guardian, Op.TRADE, 1 days);
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        engine.lock(subject, 2 days, 9, "");
        bytes memory call = abi.encodeCall(engine.setHolder, (bob, Rank.SENTINEL));
        vm.prank(governance);
        bytes32 announced = engine.schedule(call);
        bytes32 word = bytes32(uint256(keccak256(abi.encode(engine.guardWord()))));

        proxy.upgradeTo(address(new UpgradeableHost(controls, 2)));
        assertEq(proxy.version(), 2);
        assertEq(bytes32(uint256(keccak256(abi.encode(engine.guardWord())))), word);
        assertEq(engine.governance(), governance);
        assertEq(engine.pauseBudgetLeft(Rank.GUARDIAN), 2 days);
        (uint256 lockedUntil, uint256 caseId) = engine.lockOf(subject);
        assertEq(lockedUntil, T0 + 2 days);
        assertEq(caseId, 9);
        (uint256 executableAt,) = engine.overrideOf(announced);
        assertEq(executableAt, T0 + DELAY);
        assertEq(engine.claim(id).owner, alice);
        _closedUntil(Op.TRADE, until);
        skip(2 days);
        engine.settle(id);
        assertEq(token.balanceOf(alice), 2 * LIMIT);
        _execute(call);
    }
}
