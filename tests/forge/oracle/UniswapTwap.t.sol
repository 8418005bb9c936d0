// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IUniswapV3Pool, UniswapTwapSource} from "../../../contracts/guards/oracle/sources/UniswapTwapSource.sol";
import {Test} from "../base/Test.sol";
import {Token} from "../examples/Tokens.sol";

/// @notice A pool whose history is the test's. The source meets a real one in tests/integration.
contract Pool is IUniswapV3Pool {
    error OLD();

    address public immutable token0;
    address public immutable token1;
    int56 private immutable _BEGIN;
    int56 private _change;
    uint32 private _window;

    constructor(address token0_, address token1_, int56 begin) {
        (token0, token1, _BEGIN) = (token0_, token1_, begin);
    }

    function set(int56 change, uint32 window) external {
        (_change, _window) = (change, window);
    }

    function observe(uint32[] calldata secondsAgos)
        external
        view
        returns (int56[] memory cumulative, uint160[] memory)
    {
        if (secondsAgos.length != 2 || secondsAgos[0] != _window || secondsAgos[1] != 0) revert OLD();
        cumulative = new int56[](2);
        unchecked {
            (cumulative[0], cumulative[1]) = (_BEGIN, _BEGIN + _change);
        }
    }
}

/// @title The mean price of a pool, to the digit
contract UniswapTwapTest is Test {
    uint32 private constant WINDOW = 1800;

    Token private eighteen = new Token(18);
    Token private six = new Token(6);
    Token private other = new Token(18);

    function _price(Token base, Token token0, Token token1, int56 change) private returns (uint256 price) {
        Pool pool = new Pool(address(token0), address(token1), 1000);
        pool.set(change, WINDOW);
        uint256 updatedAt;
        (price, updatedAt) = new UniswapTwapSource(pool, address(base), WINDOW).price();
        assertEq(updatedAt, block.timestamp);
    }

    function _near(uint256 price, uint256 expected) private pure {
        assertApproxEqAbs(price, expected, expected / 1e15 + 1);
    }

    /// Expected: 1.0001 to the power of the tick, worked out with 80 digits.
    function test_ThePriceIsThePowerOfTheMeanTick() public {
        int56 w = int56(uint56(WINDOW));
        assertEq(_price(eighteen, eighteen, other, 0), 1e18);
        _near(_price(eighteen, eighteen, other, w), 1_000_100_000_000_000_000);
        _near(_price(eighteen, eighteen, other, -w), 999_900_009_999_000_099);
        _near(_price(eighteen, eighteen, other, 100 * w), 1_010_049_662_092_876_568);
        _near(_price(eighteen, eighteen, other, -100 * w), 990_050_328_741_209_481);
        _near(_price(eighteen, eighteen, other, 200_000 * w), 484_680_305_025_733_588_332_716_006);
        _near(_price(eighteen, eighteen, other, -200_000 * w), 2_063_215_669);
        _near(_price(eighteen, eighteen, other, 500_000 * w), 5_171_760_815_372_400_971_558_161_892_130_124_037_985);
        assertEq(_price(eighteen, eighteen, other, -887_272 * w), 0);
    }

    function test_TheOtherTokensPriceIsTheInverse() public {
        int56 w = int56(uint56(WINDOW));
        _near(_price(other, eighteen, other, 100 * w), 990_050_328_741_209_481);
        _near(_price(other, eighteen, other, -100 * w), 1_010_049_662_092_876_568);
    }

    function test_DecimalsOfBothTokensCount() public {
        int56 w = int56(uint56(WINDOW));
        assertEq(_price(eighteen, eighteen, six, 0), 1e30);
        assertEq(_price(six, eighteen, six, 0), 1e6);
        _near(_price(eighteen, eighteen, six, -200_000 * w), 2_063_215_669_444_018_480_018);
        _near(_price(six, six, eighteen, 200_000 * w), 484_680_305_025_733);
    }

    function test_TheMeanIsRoundedTowardsMinusInfinity() public {
        int56 w = int56(uint56(WINDOW));
        assertEq(_price(eighteen, eighteen, other, w - 1), 1e18);
        assertEq(_price(eighteen, eighteen, other, -1), _price(eighteen, eighteen, other, -w));
        assertEq(_price(eighteen, eighteen, other, -w - 1), _price(eighteen, eighteen, other, -2 * w));
    }

    /// Pools let the sum of ticks run over.
    function test_TheSumOfTicksMayRunOver() public {
        Pool pool = new Pool(address(eighteen), address(other), type(int56).max);
        pool.set(int56(uint56(WINDOW)), WINDOW);
        (uint256 price,) = new UniswapTwapSource(pool, address(eighteen), WINDOW).price();
        _near(price, 1_000_100_000_000_000_000);
    }

    function test_RevertIf_ThePoolOrTheWindowIsWrong() public {
        Pool pool = new Pool(address(eighteen), address(other), 0);
        vm.expectRevert(abi.encodeWithSelector(UniswapTwapSource.NotInPool.selector, address(six)));
        new UniswapTwapSource(pool, address(six), WINDOW);
        vm.expectRevert(abi.encodeWithSelector(UniswapTwapSource.InvalidWindow.selector));
        new UniswapTwapSource(pool, address(eighteen), 0);
        UniswapTwapSource source = new UniswapTwapSource(pool, address(eighteen), 1);
        vm.expectRevert(abi.encodeWithSelector(Pool.OLD.selector));
        source.price();
        pool.set(7, 1);
        source.price();
    }
}
