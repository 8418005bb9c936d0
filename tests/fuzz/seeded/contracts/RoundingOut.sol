// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S15. Solvency: a share never loses worth (two coins at the start). Fault: who leaves pays with shares rounded down.
contract RoundingOut is Seeded {
    mapping(address user => uint256) public balanceOf;
    uint256 public supply = OPENING / 2;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Seeded(cast, coin_, sound) {
        balanceOf[cast.users[0]] = supply;
    }

    function deposit(uint256 assets) external {
        uint256 shares = assets * supply / held();
        supply += shares;
        balanceOf[msg.sender] += shares;
        _pull(assets);
    }

    function withdraw(uint256 assets) external {
        uint256 before = held();
        uint256 shares = (assets * supply + (SOUND ? before - 1 : 0)) / before;
        require(assets < before && balanceOf[msg.sender] >= shares, "too few shares");
        balanceOf[msg.sender] -= shares;
        supply -= shares;
        _send(msg.sender, assets);
    }
}
