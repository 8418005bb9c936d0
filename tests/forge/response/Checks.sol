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
        THREE,
        LITTLE,
        BOMB
    }

    Answer public answer;

    function set(Answer answer_) external {
        answer = answer_;
    }

    function holds() external view returns (bool) {
        Answer a = answer;
        if (a == Answer.REVERTS) {
            assembly {
                mstore(0, 1)
                revert(0, 32)
            }
        }
        if (a == Answer.BURNS_GAS) {
            assembly {
                invalid()
            }
        }
        if (a == Answer.THREE || a == Answer.LITTLE || a == Answer.BOMB) {
            uint256 word = a == Answer.THREE ? 3 : 1;
            uint256 size = a == Answer.THREE ? 32 : a == Answer.LITTLE ? 31 : 60_000;
            assembly {
                mstore(0, word)
                return(0, size)
            }
        }
        return a == Answer.YES;
    }
}
