// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Limiter} from "../../../contracts/guards/outflow/TransientNet.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Proof} from "./Proof.sol";

/// @title The limiter as a host runs it, with any state under a given configuration
/// @notice A configuration is concrete, because a solver cannot raise ten to an unknown power; all else is unknown.
abstract contract OutflowProof is Proof, OutflowCore {
    /// @dev Not a constant: the compiler would work its slot out, and halmos takes that for another place.
    address internal immutable ASSET = address(0xA55E7);
    uint256 internal constant USED = (1 << 119) - 1;
    /// @dev The fields that change without governance: used, time, end of the credit.
    uint256 internal constant STATE = (1 << 151) - 1 | (((1 << 40) - 1) << 192);

    /// @notice limit in the asset's smallest unit, window in seconds, most credit in the asset's smallest unit; all
    /// three worked out by hand, so that a misread field of the word shows.
    struct Config {
        uint256 word;
        uint256 limit;
        uint256 window;
        uint256 credit;
    }

    function _pack(
        uint256 mantissa,
        uint256 exponent,
        uint256 windowMinutes,
        uint256 exemption, // mantissa | exponent << 8
        uint256 creditTenths,
        uint256 reserveTenths
    ) internal pure returns (uint256) {
        return mantissa << 151 | exponent << 171 | windowMinutes << 176 | exemption << 232 | creditTenths << 245
            | reserveTenths << 249 | uint256(1) << 253;
    }

    /// @dev 5,000,000 USDC in 24 hours, 10,000 USDC exempt, credit of half, a tenth reserved.
    function _usdc() internal pure returns (Config memory) {
        return Config(_pack(500_000, 7, 1440, 10 | 9 << 8, 5, 1), 5_000_000e6, 86_400, 2_500_000e6);
    }

    /// @dev 1,234.567 ETH in 6 hours, 1 ETH exempt, full credit, nothing reserved.
    function _ether() internal pure returns (Config memory) {
        return Config(_pack(123_456, 16, 360, 1 | 18 << 8, 10, 0), 1234.56e18, 21_600, 1234.56e18);
    }

    /// @dev 524,288 units in 1,024 minutes, 16 exempt, credit of half, half reserved: powers of two, which a solver
    /// multiplies with ease.
    function _binary() internal pure returns (Config memory) {
        return Config(_pack(1 << 19, 0, 1024, 16, 5, 5), 1 << 19, 61_440, 1 << 18);
    }

    /// @dev One unit a minute: the smallest that is not nothing. Whatever is exempt.
    function _least() internal pure returns (Config memory) {
        return Config(_pack(1, 0, 1, 255 | 31 << 8, 9, 9), 1, 60, 0);
    }

    /// @dev No limit of its own: nothing may leave.
    function _nothing() internal pure returns (Config memory) {
        return Config(_pack(0, 31, 65_535, 255 | 31 << 8, 10, 9), 0, 3_932_100, 0);
    }

    /// @dev The longest window with the largest limit that is valid beside it.
    function _most() internal pure returns (Config memory) {
        return Config(_pack(845_113, 23, 65_535, 1 | 20 << 8, 10, 9), 845_113e23, 3_932_100, 845_113e23);
    }

    function _put(Config memory c, uint256 state) internal returns (uint256 word) {
        word = c.word | (state & STATE);
        _limiter().word = OutflowWord.wrap(word);
    }

    function _stored() internal view returns (uint256) {
        return OutflowWord.unwrap(_limiter().word);
    }

    function _limiter() internal view returns (Limiter storage) {
        return _limiter(ASSET);
    }

    function _pay(uint256 amount) internal returns (bool) {
        return _meterOut(ASSET, address(this), amount, 0) == Decision.PASS;
    }

    /// @dev Transient storage ends with the transaction.
    function _nextTransaction() internal {
        Limiter storage limiter = _limiter();
        assembly ("memory-safe") {
            tstore(limiter.slot, 0)
        }
    }

    /// @dev What `used` has fallen to after `elapsed` seconds. Without branches, which would double a prover's work.
    function _after(uint256 used, uint256 elapsed, uint256 limit) internal pure returns (uint256 left) {
        assembly ("memory-safe") {
            let refilled := mul(elapsed, limit)
            left := mul(gt(used, refilled), sub(used, refilled))
        }
    }

    /// @dev The most that may ever be used, in units·seconds.
    function _top(Config memory c) internal pure returns (uint256) {
        unchecked {
            return (c.limit + c.credit) * c.window;
        }
    }

    function _elapsed(uint256 word, uint256 time) internal pure returns (uint256) {
        unchecked {
            return uint32(time - (word >> 119));
        }
    }
}
