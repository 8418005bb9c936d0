// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "../base/Test.sol";
import {EmergencyControls} from "../../../contracts/controls/EmergencyControls.sol";
import {GovernanceControls} from "../../../contracts/controls/GovernanceControls.sol";
import {MarketControls} from "../../../contracts/controls/MarketControls.sol";
import {OracleControls} from "../../../contracts/controls/OracleControls.sol";
import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {RankLimits} from "../../../contracts/guards/roles/RankLimits.sol";
import {Level, Op, Rank} from "../../../contracts/guards/Types.sol";

/// @title What the tests of the examples share: one policy, its roles, and the controls of the chain
/// @dev The tests run isolated: each call is a transaction of its own, with cold storage and its own transient net.
abstract contract ExampleTest is Test {
    /// @dev Forge prints it at -vv.
    event log_named_uint(string key, uint256 value);

    uint256 internal constant DAY = 1 days;
    uint256 internal constant DELAY = 1 days;
    uint256 internal constant MAX_HOLD = 14 days;
    uint16 internal constant EXIT_ONLY_CLOSES = Op.DEPOSIT | Op.BORROW | Op.MINT | Op.TRADE | Op.TRANSFER;

    address internal governance = makeAddr("governance");
    address internal guardian = makeAddr("guardian");
    address internal sentinel = makeAddr("sentinel");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal attacker = makeAddr("attacker");

    address internal controls = address(
        new EmergencyControls(
            address(new GovernanceControls(address(new MarketControls(address(new OracleControls())))))
        )
    );

    /// @dev The contract that answers as guard: the protocol itself, or its hub.
    address internal guards;

    function emergency() internal view returns (EmergencyControls) {
        return EmergencyControls(payable(guards));
    }

    function rules() internal view returns (GovernanceControls) {
        return GovernanceControls(payable(guards));
    }

    /// @dev 24h, 20 % of the limit for small withdrawals only; what is over becomes a claim.
    function limitOf(uint256 mantissa, uint256 exponent, uint256 creditTenths, uint256 exemptMantissa)
        internal
        pure
        returns (OutflowWord)
    {
        uint256 flow = mantissa << 151 | exponent << 171 | uint256(24 * 60) << 176;
        uint256 small = exemptMantissa << 232 | exponent << 240 | creditTenths << 245 | uint256(2) << 249;
        return OutflowWord.wrap(flow | small | uint256(Mode.LIMITED_QUEUE) << 253);
    }

    function refusing(OutflowWord word) internal pure returns (OutflowWord) {
        return OutflowWord.wrap(OutflowWord.unwrap(word) ^ (uint256(3) << 253));
    }

    /// @dev As `guardrails apply` does it, after the limits of the assets.
    function configureAndSeal() internal {
        uint256 times = uint256(1 days) | uint256(3 days) << 32 | uint256(30 days) << 64;
        uint256 locks = uint256(1 days) << 160 | uint256(100) << 192;
        uint256 powers = uint256(Op.ALL) << 208 | uint256(Level.FROZEN) << 224;
        rules().setRankLimits(Rank.GUARDIAN, RankLimits.wrap(times | locks | powers));
        rules().setHolder(guardian, Rank.GUARDIAN);
        emergency()
            .setLevelRules(
                rule(Level.THROTTLED, 50, 0) | rule(Level.QUEUED, 0, 0) | rule(Level.EXIT_ONLY, 0, EXIT_ONLY_CLOSES)
                    | rule(Level.FROZEN, 0, Op.ALL)
            );
        emergency().setSettlement(DELAY, MAX_HOLD);
        rules().setExpiry(14 days);
        rules().seal(governance);
    }

    function rule(Level level, uint256 share, uint16 closes) internal pure returns (uint256) {
        return (uint256(closes) | share << 16) << (24 * uint256(level));
    }

    function pause(uint16 operations, uint256 duration) internal {
        vm.prank(guardian);
        emergency().pause(operations, duration, "test");
    }

    function lockAccount(address account, uint256 duration) internal {
        vm.prank(guardian);
        emergency().lock(bytes32(uint256(1) << 248 | uint160(account)), duration, 1, "test");
    }

    /// @dev Governance returns a claim to the protocol: marked by the guardian, cancelled by governance.
    function returnClaim(uint256 id) internal {
        uint256[] memory ids = new uint256[](1);
        ids[0] = id;
        vm.prank(guardian);
        emergency().hold(ids, block.timestamp + 7 days, "test");
        vm.prank(governance);
        emergency().cancel(ids, "test");
    }

    function lastClaim() internal view returns (uint256) {
        return emergency().claimCount();
    }

    /// @dev S54. The ceilings are committed; a call that grows over its own fails here.
    function checkGas(string memory contract_, string memory call, uint256 gas) internal {
        string memory name = string.concat(contract_, ".", call);
        emit log_named_uint(name, gas);
        string memory file = vm.readFile("tests/forge/examples/gas_ceilings.json");
        assertLe(gas, vm.parseJsonUint(file, string.concat(".", name)), name);
    }
}
