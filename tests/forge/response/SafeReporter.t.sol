// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttestation, Incident} from "../../../contracts/response/IAttestation.sol";
import {AttestationFixture} from "./AttestationFixture.sol";

interface ISafe {
    function setup(
        address[] calldata owners,
        uint256 threshold,
        address to,
        bytes calldata data,
        address fallbackHandler,
        address paymentToken,
        uint256 payment,
        address payable paymentReceiver
    ) external;
    function domainSeparator() external view returns (bytes32);
}

interface ISafeFactory {
    function createProxy(address singleton, bytes calldata data) external returns (ISafe);
}

/// @title A reporter that answers isValidSignature as contracts can
contract OddSigner {
    bytes4 private immutable _ANSWER;

    constructor(bytes4 answer) {
        _ANSWER = answer;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return _ANSWER;
    }
}

/// @title EIP-1271: a 2-of-3 Safe 1.3.0, the real contracts, reports like anybody
contract SafeReporterTest is AttestationFixture {
    string private constant SAFE = "node_modules/@gnosis.pm/safe-contracts/build/artifacts/contracts/";
    bytes32 private constant SAFE_MESSAGE = keccak256("SafeMessage(bytes message)");

    ISafe private safe;
    address[] private owners;

    function setUp() public override {
        super.setUp();
        uint256[3] memory keys = [uint256(11), 12, 13];
        address[] memory sorted = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            address owner = vm.addr(keys[i]);
            keyOf[owner] = keys[i];
            uint256 at = i;
            for (; at > 0 && sorted[at - 1] > owner; --at) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = owner;
        }
        owners = sorted;
        address singleton = _deploy("GnosisSafe.sol/GnosisSafe.json");
        address handler = _deploy("handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json");
        ISafeFactory factory = ISafeFactory(_deploy("proxies/GnosisSafeProxyFactory.sol/GnosisSafeProxyFactory.json"));
        bytes memory setup =
            abi.encodeCall(ISafe.setup, (owners, 2, address(0), "", handler, address(0), 0, payable(address(0))));
        safe = factory.createProxy(singleton, setup);
        _name(address(safe));
    }

    function _deploy(string memory path) private returns (address deployed) {
        bytes memory code = vm.getCode(string.concat(SAFE, path));
        assembly {
            deployed := create(0, add(code, 32), mload(code))
        }
        assertGt(deployed.code.length, 0);
    }

    function _name(address reporter) private {
        _governAttestation(abi.encodeCall(attestation.setReporter, (reporter, true)));
        _post(reporter, MIN_BOND);
    }

    /// @dev As a Safe's owners sign a message: over the Safe's own typed data.
    function _safeSigned(bytes32 digest, uint256 first, uint256 end) private view returns (bytes memory signatures) {
        bytes32 text = keccak256(abi.encode(SAFE_MESSAGE, keccak256(abi.encode(digest))));
        bytes32 message = keccak256(abi.encodePacked(hex"1901", safe.domainSeparator(), text));
        for (uint256 i = first; i < end; ++i) {
            signatures = abi.encodePacked(signatures, _signed(keyOf[owners[i]], message));
        }
    }

    function _report(Incident memory incident, address reporter, bytes memory signature) private {
        address[] memory who = new address[](1);
        bytes[] memory signatures = new bytes[](1);
        (who[0], signatures[0]) = (reporter, signature);
        attestation.attest(incident, who, signatures);
    }

    function _refused(Incident memory incident, address reporter, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IAttestation.InvalidSignature.selector, reporter));
        _report(incident, reporter, signature);
    }

    function test_ASafeReports() public {
        Incident memory incident = _incident();
        bytes32 digest = attestation.digestOf(incident);
        _attest(incident, 0, 2);
        _report(incident, address(safe), _safeSigned(digest, 1, 3));
        assertTrue(attestation.isAttested(ID));
        assertEq(_level(), 2);
    }

    function test_ASafesReportNeedsItsThreshold() public {
        Incident memory incident = _incident();
        bytes32 digest = attestation.digestOf(incident);
        _refused(incident, address(safe), _safeSigned(digest, 0, 1));
        _refused(incident, address(safe), _safeSigned(keccak256("other"), 0, 2));
        _refused(incident, address(safe), _signed(keyOf[owners[0]], digest));
        _refused(incident, address(safe), "");
        _report(incident, address(safe), _safeSigned(digest, 0, 2));
        assertEq(attestation.reportsOf(digest), 1);
    }

    function test_AContractThatDoesNotSayYes() public {
        OddSigner no = new OddSigner(0xffffffff);
        OddSigner yes = new OddSigner(0x1626ba7e);
        _name(address(no));
        _name(address(yes));
        _name(address(engine)); // a contract without isValidSignature
        Incident memory incident = _incident();
        _refused(incident, address(no), "");
        _refused(incident, address(engine), "");
        _report(incident, address(yes), "");
    }
}
