// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

contract Token is ERC20 {
    constructor(address holder) ERC20("Token", "TKN") {
        _mint(holder, 1e30);
    }
}

/// @notice The same payment without any guard: what every row is compared with.
contract Plain {
    using SafeERC20 for IERC20;

    function pay(address asset, address to, uint256 amount) external virtual {
        _transfer(asset, to, amount);
    }

    function take(address asset, uint256 amount) external virtual {
        IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        IERC20(asset).balanceOf(address(this));
    }

    function _transfer(address asset, address to, uint256 amount) internal {
        IERC20(asset).safeTransfer(to, amount);
    }
}
