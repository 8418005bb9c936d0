// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {HubVault} from "../../../contracts/examples/vault/HubVault.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {Token} from "./Tokens.sol";

/// @notice The vault that the tests work on: 1,000 tokens of alice and bob, of which 100 may leave in 24 hours.
abstract contract VaultFixture is ExampleTest {
    uint256 internal constant ONE = 1e18;
    uint256 internal constant LIMIT = 100 * ONE;
    /// @dev What large withdrawals may use of it.
    uint256 internal constant LARGE = 80 * ONE;

    Token internal token;
    IERC4626 internal vault;

    event WithdrawalQueued(
        uint256 indexed claimId, address indexed owner, address indexed receiver, uint256 assets, uint256 shares
    );

    function setUp() public virtual {
        useToken(new Token(18));
        configureAndSeal();
        give(alice, 800 * ONE);
        give(bob, 200 * ONE);
        skip(2 * DAY);
    }

    function deployVault(Token asset) internal virtual returns (address vault_, address guards_);

    function useToken(Token asset) internal {
        token = asset;
        address deployed;
        (deployed, guards) = deployVault(asset);
        vault = IERC4626(deployed);
        rules().setLimit(address(asset), limitOf(1000, 17, 5, 10));
    }

    function fund(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
    }

    function give(address account, uint256 amount) internal {
        fund(account, amount);
        vm.prank(account);
        vault.deposit(amount, account);
    }

    function withdraw(address account, uint256 amount) internal {
        vm.prank(account);
        vault.withdraw(amount, account, account);
    }
}

abstract contract EmbeddedVault is VaultFixture {
    function deployVault(Token asset) internal override returns (address vault_, address guards_) {
        vault_ = address(new GuardedVault(controls, address(this), asset, "Guarded", "gTKN"));
        guards_ = vault_;
    }
}

abstract contract HubbedVault is VaultFixture {
    function deployVault(Token asset) internal override returns (address vault_, address guards_) {
        GuardrailHub hub = new GuardrailHub(controls, address(this));
        vault_ = address(new HubVault(hub, asset, "Guarded", "gTKN"));
        hub.setMember(vault_, true);
        hub.setBaseSource(address(asset), vault_);
        guards_ = address(hub);
    }
}
