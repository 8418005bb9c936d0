// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Side} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../../contracts/guards/Types.sol";
import {OracleHost, Source} from "./OracleHost.sol";
import {OracleTest} from "./OracleTest.sol";

/// @notice The same host without the guard: it reads its source and believes it.
contract Believer {
    mapping(address asset => Source) private _sources;

    function set(address asset, Source source) external {
        _sources[asset] = source;
    }

    function use(address asset, uint16, Side) external view returns (uint256 price) {
        (price,) = _sources[asset].price();
    }
}

/// @title What a use of a price costs over reading the source
/// forge-config: default.isolate = true
contract CostTest is OracleTest {
    /// @dev The word of the reference, cold: nothing that compares a price with it can avoid that. The word of the
    /// rule takes the place of the one in which the other host keeps its source.
    uint256 private constant FLOOR = 2100;

    event log_named_uint(string key, uint256 value);

    Believer private believer = new Believer();

    function setUp() public override {
        super.setUp();
        believer.set(weth, source);
    }

    function test_Gas_AUseCostsLittleOverItsFloor() public {
        uint256 plain = _gas(address(believer));
        uint256 guarded = _gas(address(host));
        emit log_named_uint("a use of a price, over reading the source", guarded - plain);
        emit log_named_uint("floor", FLOOR);
        assertLe(guarded - plain, FLOOR + 2000);
    }

    function _gas(address target) private returns (uint256 used) {
        bytes memory call = abi.encodeCall(OracleHost.use, (weth, Op.BORROW, Side.LOW));
        used = gasleft();
        (bool done,) = target.call(call);
        used -= gasleft();
        assertTrue(done);
    }
}
