// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Settlement} from "../../../contracts/guards/settlement/Settlement.sol";
import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {Rank} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @dev As little of a token as a claim needs.
contract ProofToken {
    mapping(address account => uint256) public balanceOf;

    constructor(address holder, uint256 amount) {
        balanceOf[holder] = amount;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        return true;
    }
}

/// @title Conservation: what a claim received is locked, or paid, or returned, or withdrawn; once, and whole
/// @custom:bounds one claim beside any amount locked by others, each of the five functions once, by any caller; any
/// state, amount and times; a batch of one
contract Conservation is Proof, Settlement {
    // immutable, not constant: the compiler works out the slot of a constant key, and halmos takes that for another
    uint256 private immutable ID = 1;
    address private immutable OWNER = address(0x0111E6);
    address private immutable GOVERNANCE = address(0x604E54);
    address private immutable GUARDIAN = address(0x6A6D);
    uint256 private constant HELD = type(uint128).max;

    ProofToken private immutable _TOKEN = new ProofToken(address(this), HELD);
    uint256 private _given;

    function check_settle(uint8 state, uint128 amount, uint128 others, uint32 readyAt, uint32 time, address caller)
        external
    {
        _install(state, amount, others, 0, readyAt, time);
        vm.prank(caller);
        this.settle(ID);
        assert(_waits(state) && time >= readyAt);
        _assertEnded(ClaimState.PAID, others);
        assert(_TOKEN.balanceOf(OWNER) == amount && _TOKEN.balanceOf(address(this)) == HELD - amount);
    }

    function check_withdrawClaim(uint8 state, uint128 amount, uint128 others, uint32 time, address caller) external {
        _install(state, amount, others, 0, 0, time);
        vm.prank(caller);
        this.withdrawClaim(ID);
        assert(_waits(state) && caller == OWNER && _given == amount);
        _assertEnded(ClaimState.WITHDRAWN, others);
        assert(_TOKEN.balanceOf(address(this)) == HELD);
    }

    function check_cancel(uint8 state, uint128 amount, uint128 others, uint32 time, address caller) external {
        _install(state, amount, others, 0, 0, time);
        vm.prank(caller);
        this.cancel(_one(), "");
        assert(caller == GOVERNANCE && _TOKEN.balanceOf(address(this)) == HELD);
        if (state == uint8(ClaimState.SUSPECT)) {
            assert(_given == amount);
            _assertEnded(ClaimState.RETURNED, others);
        } else {
            assert(_given == 0);
            _assertUntouched(state, amount, others);
        }
    }

    function check_hold(uint8 state, uint128 amount, uint32 createdAt, uint32 readyAt, uint256 until, uint32 maxHold)
        external
    {
        _install(state, amount, 0, createdAt, readyAt, 0);
        vm.assume(createdAt < type(uint32).max - MAX_HOLD && maxHold <= MAX_HOLD);
        _settlement().maxHold = maxHold;
        vm.prank(GUARDIAN);
        this.hold(_one(), until, "");
        Claim storage c = _settlement().claims[ID];
        bool held = c.readyAt == readyAt || c.readyAt <= uint256(createdAt) + maxHold;
        assert(c.amount == amount && c.owner == OWNER && _settlement().locked[address(_TOKEN)] == amount);
        assert(c.readyAt >= readyAt && held);
        assert(uint8(c.state) == (_waits(state) ? uint8(ClaimState.SUSPECT) : state));
    }

    function check_release(uint8 state, uint128 amount, uint32 createdAt, uint32 readyAt, address caller) external {
        _install(state, amount, 0, createdAt, readyAt, 0);
        vm.prank(caller);
        this.release(_one(), "");
        Claim storage c = _settlement().claims[ID];
        assert(caller == GOVERNANCE && c.amount == amount && c.owner == OWNER);
        assert(_settlement().locked[address(_TOKEN)] == amount && _TOKEN.balanceOf(address(this)) == HELD);
        assert(uint8(c.state) == (state == uint8(ClaimState.SUSPECT) ? uint8(ClaimState.PENDING) : state));
    }

    // ---------------------------------------------------------------- parts

    function _afterClaimEnded(uint256, address, address, uint256 amount, bool) internal override {
        _given += amount;
    }

    function _install(uint8 state, uint128 amount, uint128 others, uint32 created, uint32 ready, uint32 time) private {
        vm.assume(state <= uint8(type(ClaimState).max) && amount != 0 && uint256(amount) + others <= HELD);
        _roles().governance = GOVERNANCE;
        _roles().holders[GUARDIAN] = Holder(Rank.GUARDIAN, type(uint32).max, 0);
        _settlement().claims[ID] = Claim(OWNER, created, ready, ClaimState(state), address(_TOKEN), amount);
        _settlement().locked[address(_TOKEN)] = uint256(amount) + others;
        _settlement().delay = 1 days;
        vm.warp(time);
    }

    function _assertEnded(ClaimState state, uint256 others) private view {
        assert(_settlement().claims[ID].state == state && _settlement().locked[address(_TOKEN)] == others);
    }

    function _assertUntouched(uint8 state, uint256 amount, uint256 others) private view {
        assert(uint8(_settlement().claims[ID].state) == state);
        assert(_settlement().locked[address(_TOKEN)] == amount + others);
    }

    function _waits(uint8 state) private pure returns (bool) {
        return state == uint8(ClaimState.PENDING) || state == uint8(ClaimState.SUSPECT);
    }

    function _one() private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = ID;
    }
}
