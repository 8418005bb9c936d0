// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardWord} from "../guards/GuardWord.sol";
import {OverrideCore} from "../guards/override/OverrideCore.sol";
import {ResumeCore} from "../guards/resume/ResumeCore.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

interface IGuardWord {
    function guardWord() external view returns (GuardWord);
}

/// @title GovernedUpgrade: migration to a new implementation, behind the protocol's own override
///
/// A protocol behind an ERC-1967 proxy inherits this beside `Guardrails`. `upgradeToAndCall` is then a loosening: it is
/// announced with the new address and its migration call, waits its delay, can be vetoed, and is executed by anyone.
///
/// Guards: users against code that changes unannounced, and against a migration that reopens what is restricted: the
/// new implementation must answer with the same pauses, levels and locks as before. After the migration the resume
/// gate is asked, if there is one: after it, so that an upgrade can mend what does not hold.
/// Trusts: governance and the new code, wholly. A hostile implementation can answer anything; what is checked here
/// finds mistakes. Against malice there is the delay, the veto and who reads the announcement.
/// Assumes: no other way to change the implementation (no proxy admin); `_initGuardrails` is called in the initialiser.
/// Does not guard: the layout of the host's own storage.
abstract contract GovernedUpgrade is UUPSUpgradeable, OverrideCore, ResumeCore {
    error RestrictionsChanged(GuardWord before, GuardWord afterwards);

    /// @notice Governance moves the protocol to `implementation` and runs `data` there; a loosening, always.
    function upgradeToAndCall(address implementation, bytes memory data) public payable virtual override {
        _governed(true);
        GuardWord before = IGuardWord(address(this)).guardWord();
        super.upgradeToAndCall(implementation, data);
        GuardWord afterwards = IGuardWord(address(this)).guardWord();
        if (GuardWord.unwrap(before) != GuardWord.unwrap(afterwards)) revert RestrictionsChanged(before, afterwards);
        _requireResumable();
    }

    /// @dev Asked by `upgradeToAndCall` alone, which has asked governance before.
    function _authorizeUpgrade(address) internal virtual override {}
}
