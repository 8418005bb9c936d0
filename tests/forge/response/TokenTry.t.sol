// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenTry} from "../../../contracts/response/TokenTry.sol";
import {Test} from "../base/Test.sol";
import {HostileToken} from "./HostileToken.sol";

contract Payer {
    function pay(HostileToken token, address to, uint256 amount) external returns (bool) {
        return TokenTry.transfer(address(token), to, amount);
    }
}

/// @title S36: what counts as paid
contract TokenTryTest is Test {
    HostileToken private token = new HostileToken();
    Payer private payer = new Payer();

    /// 31 bytes are no answer, whatever lay in memory behind them: here the last byte of a balance, which says true.
    function test_S36_TooShortAnAnswerIsNoPayment() public {
        address to = makeAddr("to");
        token.mint(address(payer), 257);
        token.setBite(HostileToken.Bite.RETURNS_LITTLE);
        assertFalse(payer.pay(token, to, 1));
        token.setBite(HostileToken.Bite.NONE);
        assertTrue(payer.pay(token, to, 1));
        assertEq(token.balanceOf(to), 1);
    }

    /// A token that says true is believed, as SafeERC20 does: here nothing leaves, since payer and payee are one.
    function test_WhoSaysTrueIsBelieved() public {
        token.mint(address(payer), 1);
        assertTrue(payer.pay(token, address(payer), 1));
        assertTrue(payer.pay(token, makeAddr("to"), 0));
    }
}
