// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../../contracts/Guardrails.sol";
import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {MarketControls} from "../../../contracts/controls/MarketControls.sol";
import {OracleControls} from "../../../contracts/controls/OracleControls.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {CallbackToken, FeeToken, Reentrant, Token} from "../examples/Tokens.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @notice A till that pays anybody what he asks: all that is between him and the money is the limiter.
contract Till is Guardrails {
    constructor(address controls) Guardrails(controls, msg.sender) {}

    function put(address asset, uint256 amount) external returns (uint256) {
        return _takeIn(asset, msg.sender, amount);
    }

    function take(address asset, uint256 amount) external returns (uint256) {
        return _payOut(asset, msg.sender, amount);
    }

    function _outflowBase(address) internal pure override returns (uint256) {
        return 0;
    }

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal override {}
}

/// @notice Every balance is a share of a total that anyone may change, as in a rebasing token.
contract RebasingToken is Token(18) {
    uint256 private _percent = 100;

    function rebase(uint256 percent) external {
        _percent = percent;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return super.balanceOf(account) * _percent / 100;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount * 100 / _percent);
    }
}

/// @title Tokens that bite: what is metered is what moved (S14)
/// forge-config: default.isolate = true
contract TokensTest is OutflowTest {
    Till private till;
    address private thief = makeAddr("thief");

    function setUp() public override {
        super.setUp();
        till = new Till(
            address(
                new EmergencyControls(
                    address(new GovernanceControls(address(new MarketControls(address(new OracleControls())))))
                )
            )
        );
        ISettlement(address(till)).setSettlement(1 days, 7 days);
    }

    function _fund(Token asset, uint256 amount) private {
        Config memory c = _withCredit(10);
        IOutflow(address(till)).setLimit(address(asset), _word(c));
        asset.mint(address(this), amount);
        asset.approve(address(till), MAX);
        asset.mint(address(till), 100 * L);
    }

    function _available(Token asset) private view returns (uint256) {
        return IOutflow(address(till)).available(address(asset));
    }

    function test_S14_AFeeOnTheWayInIsNoCredit() public {
        FeeToken asset = new FeeToken();
        _fund(asset, L);
        assertEq(till.put(address(asset), L / 2), L / 2 * 99 / 100);
        assertApproxEqAbs(_available(asset), L + L / 2 * 99 / 100, L / W / 256 + 1);
        assertLe(_available(asset), L + L / 2 * 99 / 100);
    }

    function test_S14_AFeeOnTheWayOutIsStillOutflow() public {
        FeeToken asset = new FeeToken();
        _fund(asset, 0);
        till.take(address(asset), L);
        assertEq(asset.balanceOf(address(this)), L * 99 / 100);
        assertEq(_available(asset), 0);
    }

    function test_S14_ARebaseIsNeitherInNorOut() public {
        RebasingToken asset = new RebasingToken();
        _fund(asset, L);
        asset.rebase(1000);
        assertEq(_available(asset), L);
        till.put(address(asset), L);
        asset.rebase(10);
        assertEq(_available(asset), 2 * L, "metered when it came, in what it then was");
        till.take(address(asset), 2 * L);
        asset.rebase(1000);
        assertEq(_available(asset), 0);
    }

    /// Paying out, the charge stands before the token calls anybody.
    function test_S14_AReceiverThatReentersIsMeteredTwice() public {
        CallbackToken asset = new CallbackToken();
        _fund(asset, 0);
        Reentrant caller = new Reentrant(asset);
        caller.prepare(address(till), abi.encodeCall(Till.take, (address(asset), L / 2)));
        caller.act(address(till), abi.encodeCall(Till.take, (address(asset), L / 2)));
        assertTrue(caller.entered());
        assertEq(asset.balanceOf(address(caller)), L);
        assertEq(_available(asset), 0);
        caller.prepare(address(till), abi.encodeCall(Till.take, (address(asset), L)));
        caller.act(address(till), abi.encodeCall(Till.take, (address(asset), 1)));
        assertEq(asset.balanceOf(address(caller)), L, "both wait as claims");
    }

    function test_S14_APaymentThatFailsIsNotCharged() public {
        Token asset = new Token(18);
        _fund(asset, 0);
        vm.startPrank(address(till));
        asset.transfer(thief, 100 * L - 1);
        vm.stopPrank();
        vm.expectRevert();
        till.take(address(asset), L);
        assertEq(_available(asset), L);
    }
}
