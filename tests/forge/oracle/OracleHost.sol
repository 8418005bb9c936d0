// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPriceSource} from "../../../contracts/guards/oracle/IPriceSource.sol";
import {Oracle} from "../../../contracts/guards/oracle/Oracle.sol";
import {Side} from "../../../contracts/guards/oracle/PriceTypes.sol";

/// @title The oracle guard alone
contract OracleHost is Oracle {
    /// @notice Whether the last function of governance asked as a loosening.
    bool public loosened;

    constructor() {
        _initRoles(msg.sender);
    }

    function use(address asset, uint16 operation, Side side) external returns (uint256) {
        return _usePrice(asset, operation, side);
    }

    function _governed(bool loosens) internal override {
        super._governed(loosens);
        loosened = loosens;
    }
}

/// @title A source whose operator is the test, in every way that a source can be bad
contract Source is IPriceSource {
    enum Manner {
        ANSWER,
        REVERT,
        BURN,
        SHORT,
        LONG
    }

    error NoPrice();

    uint256 private _answer;
    uint256 private _updatedAt;
    bool private _follows;
    Manner private _manner;

    /// @notice Answers `answer`, always fresh.
    function set(uint256 answer) external {
        (_answer, _follows, _manner) = (answer, true, Manner.ANSWER);
    }

    function setAt(uint256 answer, uint256 updatedAt) external {
        (_answer, _updatedAt, _follows, _manner) = (answer, updatedAt, false, Manner.ANSWER);
    }

    function misbehave(Manner manner) external {
        _manner = manner;
    }

    function price() public view virtual returns (uint256, uint256) {
        if (_manner == Manner.REVERT) revert NoPrice();
        if (_manner == Manner.BURN) {
            assembly {
                invalid()
            }
        }
        uint256 first = _answer;
        uint256 second = _follows ? block.timestamp : _updatedAt;
        if (_manner == Manner.SHORT) {
            assembly {
                mstore(0, first)
                return(0, 63)
            }
        }
        if (_manner == Manner.LONG) {
            assembly {
                mstore(0, first)
                mstore(32, second)
                return(0, 200000)
            }
        }
        return (first, second);
    }
}

/// @notice A good source that is expensive.
contract Greedy is Source {
    function price() public view override returns (uint256, uint256) {
        uint256 gas = gasleft();
        for (uint256 i; gas - gasleft() < 250_000; ++i) {}
        return super.price();
    }
}
