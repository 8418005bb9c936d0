// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a market of Compound V2 (a cToken, a vToken) asks its comptroller around each operation. `…Allowed`
/// comes before, answers 0 or an error code, and may be called by anyone; `…Verify` comes after, and may revert.
/// Amounts are in the smallest unit of the market's asset, `tokens` in that of the market's shares.
interface IComptrollerHooks {
    function mintAllowed(address market, address minter, uint256 amount) external returns (uint256 error);
    function mintVerify(address market, address minter, uint256 amount, uint256 tokens) external;
    function redeemAllowed(address market, address redeemer, uint256 tokens) external returns (uint256 error);
    function redeemVerify(address market, address redeemer, uint256 amount, uint256 tokens) external;
    function borrowAllowed(address market, address borrower, uint256 amount) external returns (uint256 error);
    function repayBorrowAllowed(address market, address payer, address borrower, uint256 amount)
        external
        returns (uint256 error);
    function repayBorrowVerify(address market, address payer, address borrower, uint256 amount, uint256 index) external;
    function seizeAllowed(address collateral, address borrowed, address liquidator, address borrower, uint256 tokens)
        external
        returns (uint256 error);
    function transferAllowed(address market, address from, address to, uint256 tokens) external returns (uint256 error);
}

/// @notice What is read of a comptroller, and of its markets.
interface IComptrollerMarkets {
    function markets(address market) external view returns (bool isListed);
}

interface ICompoundMarket {
    function underlying() external view returns (address);
}
