// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Claim, ClaimState} from "../../../contracts/guards/settlement/SettlementCore.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Bite, BitingToken} from "./BitingToken.sol";

/// @title A sealed protocol that takes a token that bites, 100 whole ones a day
abstract contract BitingFixture is EngineTest {
    BitingToken internal biting;
    uint256 internal one;

    function _plain() internal pure returns (Bite memory b) {
        b.decimals = 18;
    }

    function _make(Bite memory bite) internal {
        biting = new BitingToken(bite);
        one = 10 ** bite.decimals;
        (host, engine) = _makeHost();
        _configure(engine);
        uint256 word = uint256(100) << 151 | uint256(bite.decimals) << 171 | uint256(1440) << 176 | uint256(2) << 253;
        vm.prank(deployer);
        engine.setLimit(address(biting), OutflowWord.wrap(word));
        _seal(engine);
    }

    function _put(address account, uint256 amount) internal returns (uint256 received) {
        biting.mint(account, amount);
        uint256 before = biting.balanceOf(address(host));
        vm.startPrank(account);
        biting.approve(address(host), amount);
        received = host.deposit(address(biting), amount);
        vm.stopPrank();
        assertEq(received, biting.balanceOf(address(host)) - before, "credited what moved");
    }

    function _take(address account, uint256 amount) internal returns (uint256 id) {
        vm.prank(account);
        id = host.withdraw(address(biting), amount, account);
        if (id != 0) assertEq(engine.claim(id).owner, account);
    }

    function _available() internal view returns (uint256) {
        return engine.available(address(biting));
    }

    function _amount(uint256 id) internal view returns (uint256) {
        return engine.claim(id).amount;
    }

    /// @dev What is promised is there: claims by the engine, balances by the protocol.
    function _backed() internal view {
        uint256 waiting;
        for (uint256 id = 1; id <= engine.claimCount(); ++id) {
            Claim memory c = engine.claim(id);
            if (c.state == ClaimState.PENDING || c.state == ClaimState.SUSPECT) waiting += c.amount;
        }
        assertEq(engine.lockedInClaims(address(biting)), waiting, "locked is what waits");
        assertGe(biting.balanceOf(address(engine)), waiting, "claims are backed");
        uint256 owed = host.total(address(biting)) + host.lockedHere(address(biting));
        assertGe(biting.balanceOf(address(host)), owed, "nothing is credited twice");
    }
}
