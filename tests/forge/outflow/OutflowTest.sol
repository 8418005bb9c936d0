// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision, Guard} from "../../../contracts/guards/Types.sol";
import {Test} from "../base/Test.sol";
import {OutflowHost, Step} from "./OutflowHost.sol";

/// @notice A limiter's configuration in words.
struct Config {
    uint256 mantissa;
    uint256 exponent;
    uint256 minutes_;
    uint256 creditTenths;
    uint256 reserveTenths;
    uint256 exemptionMantissa;
    uint256 exemptionExponent;
    Mode mode;
    bool shared;
}

/// @title What the tests of the limiter share: a limit of 1,000 tokens a day, without credit
abstract contract OutflowTest is Test {
    uint256 internal constant TOKEN = 1e18;
    uint256 internal constant L = 1000 * TOKEN;
    uint256 internal constant W = 1 days;
    uint256 internal constant MAX = type(uint256).max;
    uint256 internal constant START = 1_700_000_000;

    address internal constant BUDGET = address(uint160(uint256(keccak256("guardrails.shared"))));

    OutflowHost internal host;
    /// @dev Whose events they are: the host's own, or its hub's.
    address internal guards;
    address internal token = makeAddr("token");

    function setUp() public virtual {
        vm.warp(START);
        (host, guards) = _makeHost();
        _set(_plain());
    }

    /// @dev Overridden where a suite runs on a hub; see `hub/OutflowOnHub.t.sol`.
    function _makeHost() internal virtual returns (OutflowHost made, address guards_) {
        made = new OutflowHost();
        guards_ = address(made);
    }

    function _plain() internal pure returns (Config memory) {
        return Config(1000, 18, 1440, 0, 0, 0, 0, Mode.LIMITED_QUEUE, false);
    }

    function _withCredit(uint256 tenths) internal pure returns (Config memory c) {
        c = _plain();
        c.creditTenths = tenths;
    }

    /// @dev Assembled by hand from the layout that `OutflowWord` documents.
    function _word(Config memory c) internal pure returns (OutflowWord) {
        uint256 raw = c.mantissa * 2 ** 151 + c.exponent * 2 ** 171 + c.minutes_ * 2 ** 176;
        raw += c.exemptionMantissa * 2 ** 232 + c.exemptionExponent * 2 ** 240 + c.creditTenths * 2 ** 245;
        raw += c.reserveTenths * 2 ** 249 + uint256(c.mode) * 2 ** 253 + (c.shared ? 2 ** 255 : 0);
        return OutflowWord.wrap(raw);
    }

    function _set(Config memory c) internal {
        host.setLimit(token, _word(c));
    }

    function _in(uint256 amount) internal {
        host.takeIn(token, amount);
    }

    function _out(uint256 amount) internal returns (bool passed) {
        return host.payOut(token, amount) == Decision.PASS;
    }

    function _passes(uint256 amount) internal {
        assertTrue(_out(amount), "refused what should pass");
    }

    function _refuses(uint256 amount) internal {
        assertFalse(_out(amount), "passed what should be refused");
    }

    /// @dev Exactly `amount` may leave now: one more does not.
    function _leavesExactly(uint256 amount) internal {
        assertEq(host.available(token), amount, "available");
        _refuses(amount + 1);
        if (amount != 0) _passes(amount);
        _refuses(1);
    }

    function _steps(int256 first) internal view returns (Step[] memory s) {
        s = new Step[](1);
        s[0] = _step(token, first);
    }

    function _steps(int256 first, int256 second) internal view returns (Step[] memory s) {
        s = new Step[](2);
        (s[0], s[1]) = (_step(token, first), _step(token, second));
    }

    /// @dev Positive: in. Negative: out.
    function _step(address asset, int256 amount) internal pure returns (Step memory) {
        return Step(amount > 0, asset, uint256(amount > 0 ? amount : -amount));
    }

    function _now() internal view returns (uint256) {
        return vm.getBlockTimestamp();
    }
}
