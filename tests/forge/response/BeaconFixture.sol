// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {Beacon} from "../../../contracts/response/Beacon.sol";
import {Peer} from "../../../contracts/response/IBeacon.sol";
import {IGuarded} from "../../../contracts/response/RankHolder.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {Gateway} from "./Gateway.sol";

/// @title Two chains: an embedded protocol on chain 1, a hub on chain 10, a beacon on each, a gateway between them
abstract contract BeaconFixture is EngineTest {
    uint256 internal constant MAX_AGE = 1 hours;
    uint32 internal constant MAX_DURATION = 6 hours;
    uint32 internal constant BUDGET = 10 hours;

    IEngine internal there;
    Beacon internal here;
    Beacon internal far;
    Gateway internal gateway;
    bytes internal hereAt;
    bytes internal farAt;

    function setUp() public virtual override {
        super.setUp();
        there = IEngine(address(new GuardrailHub(controls, deployer)));
        _configure(there);
        _seal(there);
        gateway = new Gateway();
        here = new Beacon(IGuarded(address(engine)), deployer, MAX_AGE);
        far = new Beacon(IGuarded(address(there)), deployer, MAX_AGE);
        vm.chainId(1);
        hereAt = here.interoperableAddress();
        _join(here, InteroperableAddress.formatEvmV1(10, address(far)));
        vm.chainId(10);
        farAt = far.interoperableAddress();
        _join(far, hereAt);
        _grantOn(engine, address(here));
        _grantOn(there, address(far));
    }

    function _terms() internal view returns (Peer memory) {
        return Peer(address(gateway), Level.EXIT_ONLY, MAX_DURATION, BUDGET);
    }

    function _join(Beacon beacon, bytes memory remote) private {
        vm.startPrank(deployer);
        beacon.setPeer(remote, _terms());
        beacon.setDelay(bytes4(0), 1 days);
        beacon.seal(governance);
        vm.stopPrank();
    }

    function _grantOn(IEngine protocol, address beacon) internal {
        bytes memory call = abi.encodeCall(protocol.setHolder, (beacon, Rank.GUARDIAN));
        vm.prank(governance);
        protocol.schedule(call);
        skip(DELAY);
        protocol.execute(call);
    }

    // ---------------------------------------------------------------- sending

    /// @return index of the message at the gateway
    function _relay() internal returns (uint256 index) {
        vm.chainId(1);
        vm.prank(keeper);
        here.relay(farAt);
        vm.chainId(10);
        return gateway.count() - 1;
    }

    function _relayBack() internal returns (uint256 index) {
        vm.chainId(10);
        vm.prank(keeper);
        far.relay(hereAt);
        vm.chainId(1);
        return gateway.count() - 1;
    }

    /// @dev A message that a lying gateway makes up, of the protocol here.
    function _forged(uint256 number, uint256 level, uint256 until, uint256 sentAt) internal {
        gateway.forge("forged", hereAt, farAt, abi.encode(number, level, until, sentAt));
    }

    function _levelThere() internal view returns (uint256) {
        return uint256(there.level());
    }

    function _untilThere() internal view returns (uint256 until) {
        (, until) = there.levelOf(Rank.GUARDIAN);
    }

    function _raiseThere(address by, Level level, uint256 duration) internal {
        vm.prank(by);
        there.raiseLevel(level, duration, "incident");
    }
}
