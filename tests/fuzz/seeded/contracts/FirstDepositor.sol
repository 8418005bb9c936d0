// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S4. ProRataExit: a deposit stays worth what it paid (99 %). Fault: a gift to the empty vault makes the
/// next deposit round down to nothing. This vault begins empty.
contract FirstDepositor is Seeded {
    mapping(address user => uint256) public balanceOf;
    /// @dev What the user paid for the shares that he still has.
    mapping(address user => uint256) public paidIn;
    uint256 public supply;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {}

    function deposit(uint256 assets) external {
        uint256 before = held();
        uint256 shares = supply == 0 ? assets : assets * supply / before;
        supply += shares;
        if (SOUND) require(shares * (before + assets) / supply * 100 >= assets * 99, "too few shares");
        balanceOf[msg.sender] += shares;
        paidIn[msg.sender] += assets;
        _pull(assets);
    }

    function redeem(uint256 shares) external {
        require(shares != 0 && balanceOf[msg.sender] >= shares, "too few shares");
        paidIn[msg.sender] -= (paidIn[msg.sender] * shares + balanceOf[msg.sender] - 1) / balanceOf[msg.sender];
        uint256 assets = shares * held() / supply;
        balanceOf[msg.sender] -= shares;
        supply -= shares;
        _send(msg.sender, assets);
    }

    function worth(address user) external view returns (uint256) {
        return supply == 0 ? 0 : balanceOf[user] * held() / supply;
    }
}
