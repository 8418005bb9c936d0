// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedVault} from "../../../contracts/examples/vault/GuardedVault.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Token} from "./Tokens.sol";
import {EmbeddedVault, HubbedVault, VaultFixture} from "./VaultFixture.sol";

/// @notice Forge's list of an object's keys.
interface VmJson {
    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory keys);
}

/// @title NoBypass: no function of the vault, its guards or its hub lets an asset leave unmetered
/// @notice Everybody but governance calls every function that the compiler lists, with words that mean something here.
/// The ghost knows two reasons for which the balance may fall: a claim that ends, by at most what was locked in it; and
/// a payment, which is in what the limiter counts as used with its whole amount.
/// @dev Written down are balances and the limiter's word, read by their bits; nothing is asked of the guards but what
/// is locked.
abstract contract Search is VaultFixture {
    string private constant OUT = ".cache/forge-out/";

    struct Target {
        address to;
        bytes4[] selectors;
    }

    struct Seen {
        uint256 balance;
        uint256 locked;
        uint256 used;
    }

    Target[] private targets;
    address[5] private callers;
    uint256 internal payments;
    uint256 internal claims;
    uint256 internal refused;
    uint256 internal unmetered;

    function setUp() public virtual override {
        super.setUp();
        fund(attacker, 1000 * ONE);
        give(attacker, 100 * ONE);
        fund(alice, 1000 * ONE);
        callers = [alice, bob, attacker, guardian, sentinel];
        _aim(address(vault), _artifact());
        if (guards != address(vault)) _aim(guards, "GuardrailHub.sol/GuardrailHub.json");
        _aim(guards, "EmergencyControls.sol/EmergencyControls.json");
        _aim(guards, "GovernanceControls.sol/GovernanceControls.json");
        _aim(guards, "MarketControls.sol/MarketControls.json");
        _aim(guards, "OracleControls.sol/OracleControls.json");
    }

    function _artifact() internal pure virtual returns (string memory);

    function _search(uint256 seed, uint256 steps) internal {
        for (uint256 i; i < steps; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            if (random & 3 == 0) skip((random >> 2) % 9 hours);
            Seen memory before = _seen();
            _call(random >> 32);
            _judge(before, _seen());
        }
    }

    function _judge(Seen memory before, Seen memory next) private {
        if (next.locked > before.locked) ++claims;
        if (next.balance >= before.balance) return;
        uint256 left = before.balance - next.balance;
        uint256 ended = before.locked > next.locked ? before.locked - next.locked : 0;
        if (left <= ended) return;
        ++payments;
        if (next.used < before.used + (left - ended) * DAY) ++unmetered;
    }

    // ---------------------------------------------------------------- calls

    function _call(uint256 random) private {
        address by = callers[random % 5];
        random >>= 8;
        bytes memory call;
        address to;
        if (random & 1 == 0) {
            (to, call) = _likely(random >> 1, by);
        } else {
            Target storage target = targets[random >> 1 & 1 == 0 ? 0 : (random >> 2) % targets.length];
            to = target.to;
            call = bytes.concat(target.selectors[(random >> 16) % target.selectors.length], _words(random));
        }
        vm.prank(by);
        (bool done,) = to.call(call);
        if (!done) ++refused;
    }

    /// @dev A user's own business, so that there is something to pay and something that waits.
    function _likely(uint256 random, address by) private view returns (address, bytes memory) {
        uint256 amount = (random >> 16) % (random >> 8 & 3 == 0 ? 300 * ONE : 20 * ONE);
        if (random >> 2 & 3 == 3) {
            uint256 id = 1 + (random >> 16) % (emergency().claimCount() + 1);
            return (guards, abi.encodeCall(emergency().settle, (id)));
        }
        if (random & 3 == 0) return (address(vault), abi.encodeCall(vault.deposit, (amount, by)));
        if (random & 3 == 1) return (address(vault), abi.encodeCall(vault.redeem, (amount * 1e6, attacker, by)));
        return (address(vault), abi.encodeCall(vault.withdraw, (amount, by, by)));
    }

    /// @dev Ten words, each of them an account, an asset, an amount, a time, a small number or an offset.
    function _words(uint256 random) private view returns (bytes memory words) {
        for (uint256 i; i < 10; ++i) {
            uint256 word = uint256(keccak256(abi.encode(random, i)));
            words = bytes.concat(words, bytes32(_word(word >> 4, word & 15)));
        }
    }

    function _word(uint256 random, uint256 kind) private view returns (uint256) {
        if (kind < 5) return uint160(callers[random % 5]);
        if (kind == 5) return uint160(address(token));
        if (kind == 6) return uint160(address(vault));
        if (kind == 7) return uint160(guards);
        if (kind == 8) return random % (100 * ONE);
        if (kind == 9) return vm.getBlockTimestamp() + random % 1 days;
        if (kind < 13) return random % 8;
        if (kind < 15) return 32 * (random % 10);
        return random & 1 == 0 ? type(uint256).max : random;
    }

    // ---------------------------------------------------------------- what is seen

    function _seen() private view returns (Seen memory s) {
        s.balance = token.balanceOf(address(vault)) + (guards == address(vault) ? 0 : token.balanceOf(guards));
        s.locked = emergency().lockedInClaims(address(token));
        uint256 word = OutflowWord.unwrap(rules().outflowWord(address(token)));
        uint256 used = word & ((1 << 119) - 1);
        uint256 refilled = (vm.getBlockTimestamp() - uint32(word >> 119)) * LIMIT;
        s.used = used > refilled ? used - refilled : 0;
    }

    function _aim(address to, string memory artifact) private {
        string memory json = vm.readFile(string.concat(OUT, artifact));
        string[] memory signatures = VmJson(address(vm)).parseJsonKeys(json, ".methodIdentifiers");
        Target storage target = targets.push();
        target.to = to;
        for (uint256 i; i < signatures.length; ++i) {
            target.selectors.push(bytes4(keccak256(bytes(signatures[i]))));
        }
    }
}

abstract contract NoBypassTest is Search {
    function testFuzz_NoBypass(uint256 seed) public {
        _search(seed, 100);
        assertEq(unmetered, 0, "left unmetered");
    }

    /// Otherwise the search would say nothing.
    function test_TheSearchPaysQueuesAndIsRefused() public {
        _search(1, 400);
        assertEq(unmetered, 0, "left unmetered");
        assertGt(payments, 10);
        assertGt(claims, 3);
        assertGt(refused, 100);
    }
}

/// forge-config: default.isolate = true
/// forge-config: default.fuzz.runs = 16
/// forge-config: heavy.fuzz.runs = 2000
contract EmbeddedNoBypassTest is NoBypassTest, EmbeddedVault {
    function setUp() public override(Search, VaultFixture) {
        super.setUp();
    }

    function _artifact() internal pure override returns (string memory) {
        return "GuardedVault.sol/GuardedVault.json";
    }
}

/// forge-config: default.isolate = true
/// forge-config: default.fuzz.runs = 16
/// forge-config: heavy.fuzz.runs = 2000
contract HubbedNoBypassTest is NoBypassTest, HubbedVault {
    function setUp() public override(Search, VaultFixture) {
        super.setUp();
    }

    function _artifact() internal pure override returns (string memory) {
        return "HubVault.sol/HubVault.json";
    }
}

/// @notice A vault with the path that the search is there to find.
contract LeakyVault is GuardedVault {
    constructor(address controls_, address deployer, IERC20 asset_)
        GuardedVault(controls_, deployer, asset_, "Leaky", "L")
    {}

    function rescue(address to, uint256 amount) external {
        IERC20(asset()).transfer(to, amount % 1e18);
    }
}

/// forge-config: default.isolate = true
contract LeakIsFoundTest is Search {
    function deployVault(Token asset) internal override returns (address vault_, address guards_) {
        vault_ = address(new LeakyVault(controls, address(this), asset));
        guards_ = vault_;
    }

    function _artifact() internal pure override returns (string memory) {
        return "NoBypass.t.sol/LeakyVault.json";
    }

    function test_TheSearchFindsALeak() public {
        _search(1, 400);
        assertGt(unmetered, 0);
    }
}
