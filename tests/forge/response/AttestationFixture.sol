// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Attestation} from "../../../contracts/response/Attestation.sol";
import {Incident} from "../../../contracts/response/IAttestation.sol";
import {IGuarded} from "../../../contracts/response/RankHolder.sol";
import {Reporters} from "../../../contracts/response/Reporters.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Level, Rank} from "../../../contracts/guards/Types.sol";
import {ClaimsFixture} from "../settlement/ClaimsFixture.sol";
import {Token} from "../mocks/Token.sol";

/// @title An attestation contract with four bonded reporters and a quorum of three
abstract contract AttestationFixture is ClaimsFixture {
    uint256 internal constant MIN_BOND = 1000;
    uint256 internal constant CHALLENGE = 3 days;
    uint256 internal constant VALIDITY = 2 days;
    bytes32 internal constant ID = "incident 1";

    Attestation internal attestation;
    Token internal bond;
    address internal treasury = makeAddr("treasury");
    address internal vetoer = makeAddr("vetoer");

    /// @dev Ascending by address.
    address[] internal reporters;
    mapping(address reporter => uint256) internal keyOf;

    function setUp() public virtual override {
        super.setUp();
        bond = new Token();
        attestation = _new(3, _bounds(), _bonds());
        for (uint256 i = 0; i < 4; ++i) {
            (address reporter, uint256 key) = makeAddrAndKey(string.concat("reporter ", vm.toString(i)));
            keyOf[reporter] = key;
            _insert(reporter);
        }
        vm.startPrank(deployer);
        for (uint256 i = 0; i < 4; ++i) {
            attestation.setReporter(reporters[i], true);
        }
        attestation.setDelay(bytes4(0), 1 days);
        attestation.setHolder(vetoer, Rank.GUARDIAN);
        attestation.seal(governance);
        vm.stopPrank();
        for (uint256 i = 0; i < 4; ++i) {
            _post(reporters[i], MIN_BOND);
        }
        _govern(abi.encodeCall(engine.setHolder, (address(attestation), Rank.GUARDIAN)));
    }

    function _bounds() internal pure returns (Attestation.Bounds memory) {
        return Attestation.Bounds(Level.EXIT_ONLY, 12 hours, 5 days, VALIDITY);
    }

    function _bonds() internal view returns (Reporters.Bonds memory) {
        return Reporters.Bonds(IERC20(address(bond)), MIN_BOND, 5000, treasury, CHALLENGE);
    }

    function _new(uint256 quorum, Attestation.Bounds memory bounds, Reporters.Bonds memory bonds)
        internal
        returns (Attestation)
    {
        return new Attestation(IGuarded(address(engine)), deployer, quorum, bounds, bonds);
    }

    function _post(address reporter, uint256 amount) internal {
        bond.mint(reporter, amount);
        vm.startPrank(reporter);
        bond.approve(address(attestation), amount);
        attestation.postBond(amount);
        vm.stopPrank();
    }

    function _insert(address reporter) internal {
        reporters.push(reporter);
        for (uint256 i = reporters.length - 1; i > 0 && reporters[i] < reporters[i - 1]; --i) {
            (reporters[i], reporters[i - 1]) = (reporters[i - 1], reporters[i]);
        }
    }

    // ---------------------------------------------------------------- reporting

    function _incident() internal view returns (Incident memory) {
        uint64 deadline = uint64(_now() + VALIDITY);
        return Incident(ID, Level.QUEUED, 6 hours, 4 days, deadline, "seen", new uint256[](0));
    }

    function _sign(Incident memory incident, address reporter) internal view returns (bytes memory) {
        return _signed(keyOf[reporter], attestation.digestOf(incident));
    }

    function _signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @dev The reporters from the `first` to before the `end`, handed in by a stranger.
    function _attest(Incident memory incident, uint256 first, uint256 end) internal {
        (address[] memory who, bytes[] memory signatures) = _reports(incident, first, end);
        vm.prank(keeper);
        attestation.attest(incident, who, signatures);
    }

    function _reports(Incident memory incident, uint256 first, uint256 end)
        internal
        view
        returns (address[] memory who, bytes[] memory signatures)
    {
        who = new address[](end - first);
        signatures = new bytes[](end - first);
        for (uint256 i = first; i < end; ++i) {
            who[i - first] = reporters[i];
            signatures[i - first] = _sign(incident, reporters[i]);
        }
    }

    function _level() internal view returns (uint256) {
        return uint256(engine.level());
    }

    function _governAttestation(bytes memory call) internal {
        vm.prank(governance);
        bytes32 id = attestation.schedule(call);
        (uint256 executableAt,) = attestation.overrideOf(id);
        vm.warp(executableAt);
        attestation.execute(call);
    }
}
