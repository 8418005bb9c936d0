// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Ledger} from "./Ledger.sol";
import {Cast} from "./Seeded.sol";

/// @notice S24. Conservation: what was signed once is paid once. Fault: the number of a voucher is not written down.
contract ReplayedVoucher is Ledger {
    uint256 public constant FACE = 10e6;
    address private constant SIGNER = 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf; // of the private key 1
    mapping(uint256 number => bool) public cashed;

    constructor(Cast memory cast, IERC20 coin_, bool sound) Ledger(cast, coin_, sound) {}

    function cash(uint256 amount, uint256 number, uint8 v, bytes32 r, bytes32 s) public {
        require(ecrecover(keccak256(abi.encode(amount, number)), v, r, s) == SIGNER, "not signed");
        require(!cashed[number], "cashed");
        if (SOUND) cashed[number] = true;
        _send(msg.sender, amount);
    }

    /// @notice Presents the one voucher that was ever signed, which everybody has seen.
    function present() external {
        cash(
            FACE,
            1,
            28,
            0x638b2333475e67a0f088ad352471bb24322a1c0083191800169f4bd6430e1834,
            0x79e631f33b30e84ef80b1437cf75a83b0ff5390adb7dd1a0d883190304b24f95
        );
    }
}
