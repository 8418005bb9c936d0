// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Override} from "../../../contracts/guards/override/Override.sol";
import {Proof} from "./Proof.sol";

/// @title DelayedLoosening: nothing loosens before the delay that was announced and the delay that holds now
/// @custom:bounds one direct call, one announcement, one execution, one change of a delay by governance; any delays,
/// abdications, records, expiry and times before 2102; the announced call is one function with any one argument
contract DelayedLoosening is Proof, Override {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    address private immutable GOVERNANCE = address(0x604E54);
    uint256 private constant LAST_TIME = (1 << 32) - 4 * 365 days;
    bytes4 private immutable LOOSEN = DelayedLoosening.loosen.selector;
    bytes4 private immutable SET_DELAY = DelayedLoosening(address(0)).setDelay.selector;

    uint256 private _loosened;

    /// @dev Stands for every function that loosens.
    function loosen(uint256 value) external {
        _governed(true);
        _loosened = value;
    }

    /// @dev Called directly, it works only where the policy gave it no delay, and never once abdicated.
    function check_directly(uint32 delay, bool isSet, bool abdicated, uint32 common, address caller, uint256 value)
        external
    {
        _install(delay, isSet, abdicated, common, 0);
        vm.prank(caller);
        this.loosen(value);
        assert(caller == GOVERNANCE && !abdicated && (isSet ? delay : common) == 0);
    }

    /// @dev Executed, it was announced by this governance, at least both delays ago, and is not too late.
    function check_execution(
        uint32 delay,
        uint32 common,
        uint32 expiry,
        uint32 announced,
        uint32 executable,
        uint32 expires,
        uint32 time,
        address by
    ) external {
        _install(delay, true, false, common, expiry);
        bytes memory call = abi.encodeCall(this.loosen, (7));
        _override().pending[keccak256(call)] = Pending(by, announced, executable, expires);
        vm.warp(time);
        vm.prank(address(0xA11CE));
        this.execute(call);
        assert(by == GOVERNANCE && announced != 0 && _loosened == 7);
        assert(time >= executable && time >= uint256(announced) + delay);
        assert(time < expires && time < uint256(executable) + (expiry == 0 ? DEFAULT_EXPIRY : expiry));
        assert(_override().pending[keccak256(call)].scheduledAt == 0);
    }

    /// @dev An announcement is executable no earlier than its delay from now.
    function check_announcement(uint32 delay, uint32 common, uint32 time, address caller) external {
        _install(delay, true, false, common, 1 days);
        vm.assume(time != 0 && time < LAST_TIME);
        vm.warp(time);
        bytes memory call = abi.encodeCall(this.loosen, (7));
        vm.prank(caller);
        this.schedule(call);
        assert(caller == GOVERNANCE);
        assert(_override().pending[keccak256(call)].executableAt == uint256(time) + delay);
    }

    /// @dev Called directly, `setDelay` never shortens a delay that is not 0 already.
    function check_delay(uint32 delay, uint32 common, uint32 own, uint256 next, address caller) external {
        _install(delay, true, false, common, 0);
        _override().delays[SET_DELAY] = Delay(true, false, own);
        vm.prank(caller);
        this.setDelay(LOOSEN, next);
        assert(caller == GOVERNANCE && next >= delay && _delayOf(LOOSEN) == next);
    }

    // ---------------------------------------------------------------- parts

    function _install(uint32 delay, bool isSet, bool abdicated, uint32 common, uint32 expiry) private {
        _roles().governance = GOVERNANCE;
        _roles().isSealed = true;
        _override().delays[LOOSEN] = Delay(isSet, abdicated, delay);
        _override().delays[bytes4(0)] = Delay(true, false, common);
        _override().expiry = expiry;
    }
}
