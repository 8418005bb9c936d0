// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {IGuardrailHub} from "../../../contracts/IGuardrailHub.sol";
import {AnchorRule, PriceBackup, PriceRule, Side} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Guard, Op} from "../../../contracts/guards/Types.sol";
import {Twins} from "./Twins.sol";
import {HubHost} from "../mocks/Host.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {Source} from "../oracle/OracleHost.sol";

/// @title S55: prices embedded and on a hub: the same answers, events and reverts
contract OracleDifferentialTest is Twins {
    uint256 private constant P = 2000e18;

    address private weth = makeAddr("weth");
    Source private source = new Source();
    Source private second = new Source();

    function setUp() public override {
        super.setUp();
        _makeTwin();
    }

    function _configure(IEngine e) internal override {
        super._configure(e);
        source.set(P);
        second.set(P);
        PriceRule memory rule = PriceRule(source, 1 hours, 1000, 300, Op.REDEEM, Op.MINT, false);
        vm.startPrank(deployer);
        e.setOracle(weth, rule, PriceBackup(second, 1 hours, 6 hours, 2000), AnchorRule(500, 300, 30 minutes, 60), P);
        e.setDelay(e.resetOracle.selector, 0);
        e.setDelay(e.setShadow.selector, 0);
        vm.stopPrank();
    }

    /// forge-config: default.fuzz.runs = 64
    /// forge-config: heavy.fuzz.runs = 2000
    function testFuzz_S55_EmbeddedEqualsHub(uint256 seed) public {
        for (uint256 i; i < 30; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
        }
        bytes memory mine = abi.encode(engine.referenceOf(weth));
        assertEq(abi.encode(IEngine(hub).referenceOf(weth)), mine);
    }

    function test_S55_TheStepsBothPassAndRefuse() public {
        for (uint256 i; i < 400; ++i) {
            _step(uint256(keccak256(abi.encode(i))));
        }
        assertGt(passed, 60);
        assertGt(refused, 40);
    }

    /// On a hub only members leave a trace; an ordinary price, which leaves none, anybody may ask for.
    function test_OnlyMembersUseAPriceInDoubt() public {
        GuardrailHub made = GuardrailHub(payable(hub));
        vm.prank(attacker);
        assertEq(made.usePrice(weth, Op.MINT, Side.LOW), P);
        source.set(P * 2);
        vm.prank(attacker);
        vm.expectRevert(abi.encodeWithSelector(IGuardrailHub.NotMember.selector, attacker));
        made.usePrice(weth, Op.MINT, Side.LOW);
        assertEq(HubHost(member).usePrice(weth, Op.MINT, Side.LOW), P);
    }

    /// Loosenings of an oracle wait like all others. Narrowing waits where the reference would stand in, else not.
    function test_LooseningWaits() public {
        bytes4 selector = engine.setSequencerFeed.selector;
        vm.startPrank(governance);
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
        engine.setSequencerFeed(address(source), 0);
        (PriceRule memory rule, PriceBackup memory backup, AnchorRule memory follow) = engine.oracleOf(weth);
        selector = engine.setOracle.selector;
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
        engine.setOracle(weth, rule, backup, follow, P);
        selector = engine.tightenOracle.selector;
        vm.expectRevert(abi.encodeWithSelector(IEngine.MustBeScheduled.selector, selector, DELAY));
        engine.tightenOracle(weth, 30 minutes, 900, 200);
        vm.stopPrank();
        rule.lastGoodUses = 0;
        _govern(abi.encodeCall(engine.setOracle, (weth, rule, backup, follow, P + 1)));
        assertEq(engine.referenceOf(weth).anchor, P + 1);
        vm.prank(governance);
        engine.tightenOracle(weth, 30 minutes, 900, 200);
    }

    function _step(uint256 random) private {
        skip(random % 5 == 0 ? random >> 8 & 0x3fff : random >> 8 & 0xff);
        uint256 price = P * (80 + (random >> 32) % 40) / 100;
        if (random >> 40 & 3 != 0) price = P + (random >> 48) % (P / 20);
        source.set(price);
        second.set(random >> 80 & 7 == 0 ? price * 2 : price);
        if (random >> 84 & 15 == 0) source.misbehave(Source.Manner.REVERT);
        uint256 kind = (random >> 90) % 10;
        uint16 operation = [Op.BORROW, Op.LIQUIDATE, Op.REDEEM, Op.MINT][(random >> 100) % 4];
        Side side = Side((random >> 110) % 2);
        if (kind < 4) {
            return _sameOfUsers(alice, abi.encodeCall(host.usePrice, (weth, operation, side)));
        }
        if (kind < 6) return _sameOfUsers(alice, abi.encodeCall(host.price, (weth, operation, side)));
        if (kind < 8) return _sameOfControls(keeper, abi.encodeCall(engine.syncReference, (weth)));
        if (kind == 8) {
            address by = [sentinel, guardian, governance, attacker][(random >> 120) % 4];
            return _sameOfControls(by, abi.encodeCall(engine.tripOracle, (weth, (random >> 130) % 1 hours, "")));
        }
        if (random >> 140 & 1 == 0) return _sameOfControls(governance, abi.encodeCall(engine.resetOracle, (weth, P)));
        _sameOfControls(governance, abi.encodeCall(engine.setShadow, (Guard.ORACLE, random >> 141 & 1 == 0)));
    }
}
