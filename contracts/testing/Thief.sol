// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What the lender needs of a token.
interface ILoanToken {
    function transfer(address to, uint256 amount) external;
}

/// @dev One call of a batch.
struct Call {
    address target;
    uint256 value;
    bytes data;
    bool mayFail; // its failure does not undo the others
}

/// @dev A flash loan: `amount` smallest units of `token`, to be given back before the transaction ends.
struct Loan {
    address token;
    uint256 amount;
}

/// @title A lender whose flash loans cost nothing and have no end
/// @notice For the fuzz lab: the strongest lender that an attacker could find. It is the environment of the tokens.
contract FlashLender {
    error NotGivenBack(address token);

    /// @notice Lends, calls the borrower back, takes back. Reverts as a whole when the borrower cannot pay.
    function lend(Loan[] calldata loans, Call[] calldata calls) external {
        for (uint256 i; i < loans.length; ++i) {
            ILoanToken(loans[i].token).transfer(msg.sender, loans[i].amount);
        }
        Thief(payable(msg.sender)).onLoan(calls);
        for (uint256 i; i < loans.length; ++i) {
            Loan calldata loan = loans[i];
            (bool done, bytes memory answer) = loan.token
                .call(abi.encodeWithSignature("transferFrom(address,address,uint256)", msg.sender, this, loan.amount));
            if (!done || (answer.length != 0 && !abi.decode(answer, (bool)))) revert NotGivenBack(loan.token);
        }
    }
}

/// @title The attacker's contract in the fuzz lab: many calls in one transaction, loans, and calls out of callbacks
contract Thief {
    address public immutable owner;
    FlashLender public immutable lender;

    Call[] private armed;

    error OnlyTheOwner(address caller);
    error CallFailed(uint256 index, bytes reason);

    /// @param owner_ the only one who can make it act
    constructor(address owner_, FlashLender lender_) {
        (owner, lender) = (owner_, lender_);
    }

    /// @notice All calls in one transaction, with these loans in hand.
    /// @param callback run once, out of the first callback (tokens or ether that arrive, or any unknown function)
    function attack(Loan[] calldata loans, Call[] calldata calls, Call[] calldata callback) external payable {
        if (msg.sender != owner) revert OnlyTheOwner(msg.sender);
        delete armed;
        for (uint256 i; i < callback.length; ++i) {
            armed.push(callback[i]);
        }
        if (loans.length == 0) {
            _run(calls);
        } else {
            for (uint256 i; i < loans.length; ++i) {
                (bool approved,) =
                    loans[i].token.call(abi.encodeWithSignature("approve(address,uint256)", lender, type(uint256).max));
                approved;
            }
            lender.lend(loans, calls);
        }
        delete armed;
    }

    /// @notice The lender's callback.
    function onLoan(Call[] calldata calls) external {
        if (msg.sender != address(lender)) revert OnlyTheOwner(msg.sender);
        _run(calls);
    }

    function tokensReceived(address, uint256) external {
        _fire();
    }

    receive() external payable {
        _fire();
    }

    fallback() external payable {
        _fire();
    }

    function _run(Call[] calldata calls) private {
        for (uint256 i; i < calls.length; ++i) {
            (bool done, bytes memory answer) = calls[i].target.call{value: calls[i].value}(calls[i].data);
            if (!done && !calls[i].mayFail) revert CallFailed(i, answer);
        }
    }

    function _fire() private {
        if (msg.sender == address(lender) || armed.length == 0) return;
        Call[] memory calls = armed;
        delete armed;
        for (uint256 i; i < calls.length; ++i) {
            (bool done, bytes memory answer) = calls[i].target.call{value: calls[i].value}(calls[i].data);
            if (!done && !calls[i].mayFail) revert CallFailed(i, answer);
        }
    }
}
