// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {HubVault} from "../../../contracts/examples/vault/HubVault.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {Level} from "../../../contracts/guards/Types.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ExampleTest} from "./ExampleTest.sol";
import {Token} from "./Tokens.sol";

/// @title S55: the same policy and the same calls, embedded and on a hub, decide the same
/// forge-config: default.isolate = true
contract VaultTwinsTest is ExampleTest {
    uint256 private constant ONE = 1e18;
    uint256 private constant STEPS = 24;

    /// @dev 0 embedded, 1 on a hub; each with a token of its own.
    Token[2] private tokens;
    IERC4626[2] private vaults;
    address[2] private guard;

    function setUp() public {
        for (uint256 twin = 0; twin < 2; ++twin) {
            Token token = new Token(18);
            tokens[twin] = token;
            if (twin == 0) {
                vaults[0] = new GuardedVault(controls, address(this), token, "Vault", "V");
                guard[0] = address(vaults[0]);
            } else {
                GuardrailHub hub = new GuardrailHub(controls, address(this));
                vaults[1] = new HubVault(hub, token, "Vault", "V");
                hub.setMember(address(vaults[1]), true);
                guard[1] = address(hub);
            }
            guards = guard[twin];
            rules().setLimit(address(token), limitOf(1000, 17, 5, 10));
            emergency().setMinDepositAge(1 hours);
            configureAndSeal();
            for (uint256 i = 0; i < 2; ++i) {
                address account = i == 0 ? alice : bob;
                token.mint(account, 10_000 * ONE);
                vm.startPrank(account);
                token.approve(address(vaults[twin]), type(uint256).max);
                vaults[twin].deposit(500 * ONE, account);
                vm.stopPrank();
            }
        }
        skip(2 * DAY);
    }

    function testFuzz_TwinsDecideAlike(uint256 seed) public {
        for (uint256 step = 0; step < STEPS; ++step) {
            seed = uint256(keccak256(abi.encode(seed, step)));
            bool[2] memory done;
            bytes32[2] memory state;
            for (uint256 twin = 0; twin < 2; ++twin) {
                guards = guard[twin];
                done[twin] = act(seed, twin);
                state[twin] = stateOf(twin);
            }
            assertEq(done[0], done[1], "one refused what the other accepted");
            assertEq(state[0], state[1], "the states differ");
            if (seed >> 250 > 40) skip(1 + (seed >> 200) % (8 hours));
        }
    }

    /// @return done whether the call that `seed` stands for went through
    function act(uint256 seed, uint256 twin) private returns (bool done) {
        address account = seed & 1 == 0 ? alice : bob;
        uint256 amount = (seed >> 8) % (150 * ONE);
        uint256 id = 1 + (seed >> 72) % 6;
        bytes memory call;
        uint256 kind = (seed >> 2) % 16;
        address caller = account;
        address target = address(vaults[twin]);
        if (kind < 3) call = abi.encodeCall(IERC4626.deposit, (amount, account));
        else if (kind < 6) call = abi.encodeCall(IERC4626.withdraw, (amount, account, account));
        else if (kind < 7) call = abi.encodeCall(IERC4626.redeem, (amount * 1e6, account, account));
        else if (kind < 8) call = abi.encodeCall(IERC4626.mint, (amount * 1e6, account));
        else if (kind < 9) call = abi.encodeWithSignature("transfer(address,uint256)", bob, amount * 1e6);
        else if (kind < 10) call = abi.encodeCall(IERC4626.deposit, (amount, account == bob ? alice : bob));
        else target = guards;
        if (kind == 10) call = abi.encodeWithSignature("settle(uint256)", id);
        if (kind == 11) call = abi.encodeWithSignature("withdrawClaim(uint256)", id);
        if (kind == 12) {
            call = abi.encodeWithSignature("hold(uint256[],uint256,string)", only(id), type(uint32).max, "");
        }
        if (kind == 13) call = abi.encodeWithSignature("cancel(uint256[],string)", only(id), "");
        if (kind == 14) call = abi.encodeCall(emergency().raiseLevel, (Level(1 + id % 4), 10 minutes, ""));
        if (kind == 15) call = abi.encodeCall(emergency().pause, (uint16(seed >> 80), 10 minutes, ""));
        if (kind == 13) caller = governance;
        else if (kind > 11) caller = guardian;
        vm.prank(caller);
        (done,) = target.call(call);
    }

    function only(uint256 id) private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }

    function stateOf(uint256 twin) private view returns (bytes32) {
        IERC4626 vault = vaults[twin];
        bytes memory shares = abi.encode(vault.balanceOf(alice), vault.balanceOf(bob), vault.totalAssets());
        bytes memory most = abi.encode(vault.maxWithdraw(alice), vault.maxRedeem(bob), vault.maxDeposit(bob));
        bytes memory paid = abi.encode(tokens[twin].balanceOf(alice), tokens[twin].balanceOf(bob));
        bytes memory claims = abi.encode(lastClaim(), emergency().lockedInClaims(address(tokens[twin])));
        return keccak256(bytes.concat(shares, most, paid, claims));
    }
}
