// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../base/Test.sol";
import {ExchangeFixture} from "./ExchangeFixture.sol";

/// @notice Everybody who trades, and the market, in any order; a refusal is an ordinary outcome.
/// @dev The fixture is the world of this handler, so that it signs, funds and configures as the tests do.
contract ExchangeWorld is ExchangeFixture {
    uint256 public trades;
    uint256 public closes;
    uint256 public liquidations;
    uint256 public badDebts;
    uint256 public paid;

    function setUp() public override {
        super.setUp();
        addMargin(carol, 2000 * USD);
        addMargin(attacker, 2000 * USD);
        addMargin(alice, 20_000 * USD);
    }

    function who(uint256 seed) private view returns (address) {
        return [alice, bob, carol, attacker][seed % 4];
    }

    function add(uint256 account, uint256 amount) external {
        addMargin(who(account), bound(amount, 1, 5000 * USD));
    }

    function remove(uint256 account, uint256 amount) external {
        address a = who(account);
        removeMargin(a, bound(amount, 1, uint256(marginOf(a))));
        ++paid;
    }

    function insure(uint256 account, uint256 amount) external {
        address a = who(account);
        fund(usdc, a, 100 * USD);
        vm.prank(a);
        exchange.addInsurance(bound(amount, 1, 100 * USD));
    }

    function open(uint256 taker, uint256 maker, uint256 size, uint256 price, bool buys) external {
        int256 amount = int256(bound(size, 1, 20 ether));
        tradeAt(who(taker), who(maker), buys ? amount : -amount, priceNear(price));
        ++trades;
    }

    /// @dev Two that can: the first who is long and the first who is short.
    function reduce(uint256 size, uint256 price) external {
        (address long, address short) = sides();
        uint256 most = uint256(sizeOf(long) < -sizeOf(short) ? sizeOf(long) : -sizeOf(short));
        closeAt(long, short, -int256(bound(size, 1, most)), priceNear(price));
        ++closes;
    }

    function takeOver(uint256 by, uint256 account, uint256 size) external {
        address a = who(account);
        int256 insured = exchange.insurance();
        liquidate(who(by), a, bound(size, 1, 20 ether));
        ++liquidations;
        if (exchange.insurance() < insured) ++badDebts;
    }

    function move(uint256 price) external {
        uint256 next = bound(price, mark() * 80 / 100, mark() * 120 / 100);
        source.set(next);
        vm.prank(governance);
        oracle().resetOracle(address(weth), next);
    }

    function settle(uint256 claim) external {
        uint256 id = bound(claim, 1, lastClaim());
        if (claim % 2 == 0) {
            vm.prank(emergency().claim(id).owner);
            emergency().withdrawClaim(id);
        } else {
            skip(DELAY);
            emergency().settle(id);
        }
    }

    function check() external view {
        checkConservation();
    }

    function sides() private view returns (address long, address short) {
        for (uint256 i; i < 4; ++i) {
            if (sizeOf(who(i)) > 0) long = who(i);
            if (sizeOf(who(i)) < 0) short = who(i);
        }
    }

    function priceNear(uint256 price) private view returns (uint256) {
        return bound(price, mark() * 95 / 100 + 1, mark() * 105 / 100);
    }
}

/// @title Whatever happens, the books of the exchange are what it holds
contract ExchangeInvariantTest is Test {
    ExchangeWorld private world;

    function setUp() public {
        world = new ExchangeWorld();
        world.setUp();
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = world.add.selector;
        selectors[1] = world.remove.selector;
        selectors[2] = world.insure.selector;
        selectors[3] = world.open.selector;
        selectors[4] = world.reduce.selector;
        selectors[5] = world.takeOver.selector;
        selectors[6] = world.move.selector;
        selectors[7] = world.settle.selector;
        targetContract(address(world));
        targetSelector(address(world), selectors);
    }

    /// @dev S16
    function invariant_TheBooksAreWhatIsHeld() public view {
        world.check();
    }

    /// @dev The handler reaches what the invariant is about.
    function test_TheWorldReachesLiquidationAndBadDebt() public {
        world.open(2, 0, 10 ether, 2000e18, true);
        world.open(3, 0, 1 ether, 2000e18, true);
        world.move(1600e18);
        world.takeOver(0, 2, 20 ether);
        world.reduce(1, 1600e18);
        world.remove(1, 100);
        world.check();
        assertEq(world.trades() + world.closes() + world.liquidations() + world.badDebts() + world.paid(), 6);
    }
}
