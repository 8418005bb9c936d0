// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {CapWord, Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {ILockdown} from "../../../contracts/guards/lockdown/ILockdown.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";

/// @title S52: every slot that the guards use follows from a name by ERC-7201, or from an asset, and none meets another
contract SlotsTest is EngineTest {
    function _slot(string memory name) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(keccak256(bytes(name))) - 1)) & ~bytes32(uint256(0xff));
    }

    function _names() private pure returns (string[12] memory) {
        return [
            "guardrails.guard",
            "guardrails.gate",
            "guardrails.roles",
            "guardrails.lock",
            "guardrails.settlement",
            "guardrails.override",
            "guardrails.outflow",
            "guardrails.hub",
            "guardrails.caps",
            "guardrails.blocklist",
            "guardrails.lockdown",
            "guardrails.oracle"
        ];
    }

    /// Each piece of state is found at the formula's slot, and nowhere near the host's own.
    function test_S52_StateIsWhereTheFormulaSays() public {
        _pause(guardian, Op.TRADE, 60);
        bytes32 word = vm.load(address(host), _slot("guardrails.guard"));
        assertEq(uint256(word), GuardWord.unwrap(engine.guardWord()));
        bytes32 gate = vm.load(address(host), _slot("guardrails.gate"));
        assertEq(uint256(uint32(uint256(gate))), GRACE);
        assertEq(uint256(gate) >> 64, engine.levelRules());
        bytes32 roles = vm.load(address(host), _slot("guardrails.roles"));
        assertEq(address(uint160(uint256(roles))), governance);
        assertEq(uint256(roles) >> 160, T0 << 8 | 1, "sealed, and since when its governance governs");
        bytes32 settlement = vm.load(address(host), bytes32(uint256(_slot("guardrails.settlement")) + 2));
        assertEq(uint256(settlement) >> 128 & type(uint32).max, CLAIM_DELAY);
        bytes32 expiry = vm.load(address(host), bytes32(uint256(_slot("guardrails.override")) + 2));
        assertEq(uint256(expiry), EXPIRY);
        vm.prank(governance);
        engine.setMinDepositAge(77);
        bytes32 age = vm.load(address(host), bytes32(uint256(_slot("guardrails.lock")) + 2));
        assertEq(uint256(age), 77);
        bytes32 relative = keccak256(abi.encode(address(token), _slot("guardrails.outflow")));
        assertEq(uint256(uint16(uint256(vm.load(address(host), relative)))), 0);
        _govern(abi.encodeCall(engine.setRelativeLimit, (address(token), 77, 0, 1e30)));
        assertEq(uint256(uint16(uint256(vm.load(address(host), relative)))), 77);
    }

    /// A limiter alone is found without a hash: at its asset's address, followed by a tag.
    function test_S52_LimitersAreAtTheirAssetsAddress() public view {
        bytes12 tag = bytes12(keccak256("guardrails.limiter") << 160);
        bytes32 slot = bytes32(abi.encodePacked(address(token), tag));
        uint256 word = OutflowWord.unwrap(engine.outflowWord(address(token)));
        assertNotEq(word, 0);
        assertEq(uint256(vm.load(address(host), slot)), word);
    }

    function test_S52_NoNamespaceIsALimiter() public pure {
        uint256 tag = uint96(uint256(keccak256("guardrails.limiter")));
        string[12] memory names = _names();
        for (uint256 i; i < 12; ++i) {
            uint256 low = uint96(uint256(_slot(names[i])));
            assertGt(low > tag ? low - tag : tag - low, 1 << 64);
        }
    }

    function test_S52_BlocksAndLockdownsAreWhereTheFormulaSays() public {
        vm.prank(guardian);
        engine.blockAccount(alice, 77, "");
        bytes32 blocked = vm.load(address(host), keccak256(abi.encode(alice, _slot("guardrails.blocklist"))));
        assertEq(uint256(blocked) >> 32 & type(uint32).max, engine.accountBlockedUntil(alice));
        vm.prank(alice);
        ILockdown(address(host)).lockDown(1 days, bob);
        bytes32 closed = vm.load(address(host), keccak256(abi.encode(alice, _slot("guardrails.lockdown"))));
        assertEq(address(uint160(uint256(closed))), bob);
    }

    function test_S52_TheSequencerIsWhereTheFormulaSays() public {
        _govern(abi.encodeCall(engine.setSequencerFeed, (address(token), 99)));
        bytes32 sequencer = vm.load(address(host), bytes32(uint256(_slot("guardrails.oracle")) + 1));
        assertEq(uint256(sequencer), uint256(uint160(address(token))) | 99 << 160);
    }

    function test_S52_CapsAreWhereTheFormulaSays() public {
        bytes memory call = abi.encodeCall(engine.setCap, (Exposure.BORROW, address(token), 7));
        _govern(call);
        uint256 key = uint256(1) << 160 | uint160(address(token));
        bytes32 word = vm.load(address(host), keccak256(abi.encode(key, _slot("guardrails.caps"))));
        assertEq(uint256(word), CapWord.unwrap(engine.capWord(Exposure.BORROW, address(token))));
        assertEq(uint256(word), 7 | 1 << 25);
        _govern(abi.encodeCall(engine.setRiskSteward, (bob)));
        bytes32 steward = vm.load(address(host), bytes32(uint256(_slot("guardrails.caps")) + 3));
        assertEq(address(uint160(uint256(steward))), bob);
    }

    function test_S52_TheHubsMembersAreWhereTheFormulaSays() public {
        GuardrailHub hub = new GuardrailHub(controls, deployer);
        vm.prank(deployer);
        hub.setMember(address(host), true);
        bytes32 slot = keccak256(abi.encode(address(host), _slot("guardrails.hub")));
        assertEq(uint256(vm.load(address(hub), slot)), 1);
    }

    function test_S52_NamespacesAreFarApart() public pure {
        string[12] memory names = _names();
        for (uint256 i; i < 12; ++i) {
            for (uint256 j; j < i; ++j) {
                uint256 a = uint256(_slot(names[i]));
                uint256 b = uint256(_slot(names[j]));
                assertGt(a > b ? a - b : b - a, 1 << 64);
            }
        }
    }

    /// Nothing that roles or governance do writes to the low slots, which are the host's.
    function test_S52_TheGuardsWriteToNoSlotOfTheHost() public {
        vm.record();
        _pause(guardian, Op.ALL, 60);
        _raise(guardian, Level.FROZEN, 60);
        bytes32 subject = engine.accountSubject(alice);
        vm.prank(guardian);
        engine.lock(subject, 60, 1, "");
        _unpause(Op.ALL);
        _lower(Level.NORMAL);
        bytes memory call = abi.encodeCall(engine.setHolder, (alice, Rank.SENTINEL));
        _govern(call);
        (, bytes32[] memory writes) = vm.accesses(address(host));
        assertGt(writes.length, 10);
        for (uint256 i; i < writes.length; ++i) {
            assertGt(uint256(writes[i]), type(uint64).max, "a slot of the host");
        }
    }
}
