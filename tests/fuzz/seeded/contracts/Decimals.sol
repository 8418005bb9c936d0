// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Cast, Seeded} from "./Seeded.sol";

/// @notice S15. BoundedLoss: LIMIT of both coins together leaves. Fault: a coin of 6 decimals counts as one of 18.
contract Decimals is Seeded {
    uint256 public constant LIMIT = 100e18;
    IERC20 public immutable fine;
    uint256 public used;

    constructor(Cast memory cast, IERC20 coin_, IERC20 fine_, bool sound) Seeded(cast, coin_, sound) {
        fine = fine_;
    }

    /// @param six whether in the coin of 6 decimals, else in that of 18
    function withdraw(bool six, uint256 amount) external only(_users[0]) {
        used += six && SOUND ? amount * 1e12 : amount;
        require(used <= LIMIT, "over the limit");
        require((six ? coin : fine).transfer(msg.sender, amount));
    }

    /// @return value what has left, with 18 decimals
    function lost() external view returns (uint256 value) {
        return 2 * OPENING * 1e12 - held() * 1e12 - fine.balanceOf(address(this));
    }
}
