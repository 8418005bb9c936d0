// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Who acts: three users, of whom the last is the thief, and the thief's contract.
struct Cast {
    address governance;
    address guardian;
    address sentinel;
    address[4] users;
}

/// @title What the seeded faults share: the money, the roles, and whether this is the fault or its corrected twin
/// @dev Each user holds 1,000 coins, has approved all, and the protocol holds 1,000 more, where nothing else is said.
abstract contract Seeded {
    uint256 public constant OPENING = 1000e6;
    IERC20 public immutable coin;
    uint256 public immutable started = block.timestamp;
    address[4] internal _users;
    address internal immutable GOVERNANCE;
    address internal immutable GUARDIAN;
    address internal immutable SENTINEL;
    /// @dev The only difference between a fault and its twin.
    bool internal immutable SOUND;

    modifier only(address role) {
        require(msg.sender == role, "wrong role");
        _;
    }

    constructor(Cast memory cast, IERC20 coin_, bool sound) {
        (GOVERNANCE, GUARDIAN, SENTINEL) = (cast.governance, cast.guardian, cast.sentinel);
        (_users, coin, SOUND) = (cast.users, coin_, sound);
    }

    function held() public view returns (uint256) {
        return coin.balanceOf(address(this));
    }

    function _pull(uint256 amount) internal {
        require(coin.transferFrom(msg.sender, address(this), amount));
    }

    function _send(address to, uint256 amount) internal {
        require(coin.transfer(to, amount));
    }
}
