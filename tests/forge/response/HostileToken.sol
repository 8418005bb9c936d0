// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Token} from "../mocks/Token.sol";

/// @title A token in a list that bites in one way at a time
contract HostileToken is Token {
    enum Bite {
        NONE,
        REVERTS,
        BURNS_GAS,
        RETURNS_FALSE,
        RETURNS_THREE,
        RETURNS_LITTLE,
        RETURNS_A_BOMB,
        RETURNS_NOTHING,
        CALLS_BACK,
        BALANCE_IS_MAX,
        BALANCE_REVERTS,
        BALANCE_BURNS_GAS,
        BALANCE_IS_LITTLE,
        PAYS_AND_RETURNS_FALSE
    }

    Bite public bite;
    address private target;
    bytes private call;
    bytes public refusal;

    function setBite(Bite bite_) external {
        bite = bite_;
    }

    /// @dev What CALLS_BACK does in the middle of a transfer.
    function prepare(address target_, bytes calldata call_) external {
        (target, call) = (target_, call_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (bite == Bite.REVERTS) {
            assembly {
                mstore(0, 1)
                revert(0, 32)
            }
        }
        if (bite == Bite.RETURNS_FALSE) return false;
        if (bite == Bite.CALLS_BACK) {
            (bool done, bytes memory returned) = target.call(call);
            refusal = done ? bytes("") : returned;
        }
        if (bite == Bite.RETURNS_THREE || bite == Bite.RETURNS_LITTLE || bite == Bite.RETURNS_A_BOMB) {
            uint256 size = bite == Bite.RETURNS_THREE ? 32 : bite == Bite.RETURNS_LITTLE ? 31 : 60_000;
            assembly {
                mstore(0, 3)
                return(0, size)
            }
        }
        if (bite == Bite.BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        super.transfer(to, amount);
        if (bite == Bite.RETURNS_NOTHING) {
            assembly {
                return(0, 0)
            }
        }
        return bite != Bite.PAYS_AND_RETURNS_FALSE;
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (bite == Bite.BALANCE_IS_MAX) return type(uint256).max;
        if (bite == Bite.BALANCE_REVERTS) revert Blocked(account);
        if (bite == Bite.BALANCE_BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        if (bite == Bite.BALANCE_IS_LITTLE) {
            assembly {
                mstore(0, not(0))
                return(0, 31)
            }
        }
        return super.balanceOf(account);
    }
}
