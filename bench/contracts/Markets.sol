// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CapsCore} from "../../contracts/guards/caps/CapsCore.sol";
import {CapWord, Exposure} from "../../contracts/guards/caps/CapWord.sol";
import {LockdownCore} from "../../contracts/guards/lockdown/LockdownCore.sol";
import {IPriceSource} from "../../contracts/guards/oracle/IPriceSource.sol";
import {OracleSetup} from "../../contracts/guards/oracle/OracleSetup.sol";
import {AnchorRule, PriceBackup, PriceRule, Side} from "../../contracts/guards/oracle/PriceTypes.sol";
import {Op} from "../../contracts/guards/Types.sol";
import {Plain} from "./Plain.sol";

/// @dev As in Ours.sol: each host pays as `Plain` does and asks one guard before.
contract CapsHost is Plain, CapsCore {
    constructor(address asset, CapWord word) {
        _caps().words[_capKey(Exposure.SUPPLY, asset)] = word;
    }

    function pay(address asset, address to, uint256 amount) external override {
        _requireUnderCap(Exposure.SUPPLY, asset, amount);
        _transfer(asset, to, amount);
    }
}

contract LockdownHost is Plain, LockdownCore {
    function pay(address asset, address to, uint256 amount) external override {
        _requireNotLockedDown(msg.sender, to);
        _transfer(asset, to, amount);
    }
}

/// @notice A price that is always fresh.
contract FreshSource is IPriceSource {
    function price() external view returns (uint256, uint256) {
        return (1e18, block.timestamp);
    }
}

/// @notice Reads its source and believes it: what `OracleHost` is compared with.
contract Believer is Plain {
    mapping(address asset => IPriceSource) private _sources;

    constructor(address asset, IPriceSource source) {
        _sources[asset] = source;
    }

    function pay(address asset, address to, uint256 amount) external override {
        (uint256 price,) = _sources[asset].price();
        _transfer(asset, to, price == 0 ? 0 : amount);
    }
}

contract OracleHost is Plain, OracleSetup {
    constructor(address asset, IPriceSource source) {
        PriceRule memory rule = PriceRule(source, 1 hours, 1000, 0, 0, 0, false);
        _setOracle(
            asset, rule, PriceBackup(IPriceSource(address(0)), 0, 0, 2000), AnchorRule(500, 200, 1 hours, 0), 1e18
        );
    }

    function pay(address asset, address to, uint256 amount) external override {
        uint256 price = _usePrice(asset, Op.BORROW, Side.LOW);
        _transfer(asset, to, price == 0 ? 0 : amount);
    }
}
