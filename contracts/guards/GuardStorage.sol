// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardWord} from "./GuardWord.sol";
import {Decision, Guard} from "./Types.sol";

/// @notice The word that pause, level, lock and blocklist share, shadow mode, and the event of a decision.
abstract contract GuardStorage {
    /// @notice Emitted for everything that is not a plain pass and does not revert.
    /// @param guard the guard that decided
    /// @param decision what it decided; in shadow mode, what it would have done
    /// @param account whose assets are concerned; zero where the operation as a whole is
    /// @param asset zero where the operation as a whole is concerned
    /// @param amount in the asset's smallest unit; of the oracle guard the price; zero where nobody named one
    /// @param operation bits of the operations concerned; zero where the guard does not ask for them
    /// @param shadow true when the decision was not enforced
    event GuardDecision(
        Guard indexed guard,
        Decision decision,
        address indexed account,
        address indexed asset,
        uint256 amount,
        uint16 operation,
        bool shadow
    );

    /// @custom:storage-location erc7201:guardrails.guard
    struct GuardLayout {
        GuardWord word;
        /// @dev one bit for each `Guard` after LOCK; read only when such a guard is about to refuse
        uint256 laterShadow;
    }

    // keccak256(abi.encode(uint256(keccak256("guardrails.guard")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant GUARD_SLOT = 0xa5baa9734d1f546de3a13f36d438625918fb5fcf6aaa8e4e8c23c83bb1528000;
    // `laterShadow` of `GuardLayout`
    bytes32 private constant LATER_SHADOW_SLOT = 0xa5baa9734d1f546de3a13f36d438625918fb5fcf6aaa8e4e8c23c83bb1528001;

    function _word() internal view returns (GuardWord word) {
        // as `_guardLayout().word`, without the detour on the hottest read of all
        assembly ("memory-safe") {
            word := sload(GUARD_SLOT)
        }
    }

    /// @dev `_word().mayRestrict(operation)`, written out: zero, and all that a call runs, while nothing is restricted.
    function _mayRestrict(uint256 operation) internal view returns (uint256 restricted) {
        assembly ("memory-safe") {
            // the operation's bit at each rank's pause, the three levels, the kept grace of LIQUIDATE, and blocks
            let mask :=
                or(
                    mul(operation, 0x1000000000001000000000001),
                    0xc000000001c00000003800000007000000000000000000000000000000000000
                )
            restricted := and(sload(GUARD_SLOT), mask)
        }
    }

    /// @dev Whether `guard` decides without enforcing. The guards that every call runs have their bit in the word.
    function _inShadow(Guard guard) internal view returns (bool) {
        return guard <= Guard.LOCK ? _word().inShadow(guard) : _laterInShadow(guard);
    }

    /// @dev The same for guards after LOCK. The slot is written out: a reading of `GUARD_SLOT` more, in a host that has
    /// many, makes the compiler fetch that constant from code instead of the stack, and every guarded call pays for it.
    function _laterInShadow(Guard guard) internal view returns (bool) {
        uint256 later;
        assembly ("memory-safe") {
            later := sload(LATER_SHADOW_SLOT)
        }
        return later >> uint8(guard) & 1 == 1;
    }

    function _enterShadow(Guard guard, bool shadow) internal {
        GuardLayout storage l = _guardLayout();
        if (guard <= Guard.LOCK) {
            l.word = l.word.withShadow(guard, shadow);
            return;
        }
        uint256 bit = 1 << uint8(guard);
        l.laterShadow = shadow ? l.laterShadow | bit : l.laterShadow & ~bit;
    }

    function _setWord(GuardWord word) internal {
        _guardLayout().word = word;
    }

    function _guardLayout() private pure returns (GuardLayout storage l) {
        assembly ("memory-safe") {
            l.slot := GUARD_SLOT
        }
    }
}
