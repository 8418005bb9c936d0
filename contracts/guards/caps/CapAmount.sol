// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Amounts of six significant decimal digits in 25 bits: a mantissa (20) and a decimal exponent (5), so that the
/// round numbers of a policy are exact. The largest is 1,048,575e31.
library CapAmount {
    error AmountTooLarge(uint256 amount);

    uint256 private constant MANTISSA = 0xfffff;
    uint256 private constant MAX_EXPONENT = 31;

    /// @param packed what stands above the lowest 25 bits is ignored
    function unpack(uint256 packed) internal pure returns (uint256) {
        unchecked {
            return (packed & MANTISSA) * 10 ** ((packed >> 20) & MAX_EXPONENT);
        }
    }

    /// @return packed `amount`, rounded down
    function pack(uint256 amount) internal pure returns (uint256) {
        return _pack(amount, 0);
    }

    /// @return packed `amount`, rounded up
    function packUp(uint256 amount) internal pure returns (uint256) {
        return _pack(amount, 1);
    }

    function _pack(uint256 amount, uint256 perRest) private pure returns (uint256) {
        uint256 mantissa = amount;
        uint256 exponent = 0;
        while (mantissa > MANTISSA) {
            mantissa = mantissa / 10 + (mantissa % 10 == 0 ? 0 : perRest);
            ++exponent;
        }
        if (exponent > MAX_EXPONENT) revert AmountTooLarge(amount);
        return mantissa | exponent << 20;
    }
}
