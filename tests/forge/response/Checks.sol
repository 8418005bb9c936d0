// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IResumeCheck} from "../../../contracts/response/IResumeCheck.sol";

/// @dev A check that answers in one way at a time.
contract SwitchedCheck is IResumeCheck {
    enum Answer {
        YES,
        NO,
        REVERTS,
        BURNS_GAS,
        TWO,
        LITTLE,
        BOMB
    }

    Answer public answer;

    function set(Answer answer_) external {
        answer = answer_;
    }

    function holds() external view returns (bool) {
        Answer a = answer;
        if (a == Answer.REVERTS) revert("no");
        if (a == Answer.BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        if (a == Answer.TWO || a == Answer.LITTLE || a == Answer.BOMB) {
            uint256 word = a == Answer.TWO ? 2 : 1;
            uint256 size = a == Answer.TWO ? 32 : a == Answer.LITTLE ? 31 : 60_000;
            assembly {
                mstore(0, word)
                return(0, size)
            }
        }
        return a == Answer.YES;
    }
}
