// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FrozenExit} from "../../response/FrozenExit.sol";
import {GuardedVault} from "./GuardedVault.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title ExitVault: a guarded vault whose users can leave pro rata while it is frozen
///
/// Guards, trusts, assumes: as `GuardedVault` and `FrozenExit`. What is left is the vault's own books: neither
/// donations nor what waits in claims.
contract ExitVault is GuardedVault, FrozenExit {
    constructor(address controls_, address deployer, IERC20 asset_, string memory name_, string memory symbol_)
        GuardedVault(controls_, deployer, asset_, name_, symbol_)
    {}

    function _exitTokens() internal view virtual override returns (address[] memory tokens) {
        tokens = new address[](1);
        tokens[0] = asset();
    }

    function _exitSupply() internal view virtual override returns (uint256) {
        return totalSupply();
    }

    function _exitAssets(address) internal view virtual override returns (uint256) {
        return _idle;
    }

    function _burnForExit(address account, uint256 shares) internal virtual override {
        _burn(account, shares);
    }

    function _takeForExit(address, uint256 amount) internal virtual override {
        _idle -= amount;
    }
}
