// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice State and configuration of one asset's limiter, in one storage word.
///
/// bits       field
/// 0..118     used: outflow not yet refilled, in units·seconds (units of the asset times the window in seconds)
/// 119..150   time of `used`, Unix seconds
/// 151..170   mantissa, and
/// 171..175   decimal exponent of the limit in the asset's smallest unit
/// 176..191   window in minutes
/// 192..231   end of the inflow credit, Unix seconds with 8 fractional bits, modulo 2^40; 0 for none
/// 232..239   mantissa, and
/// 240..244   decimal exponent of the exemption: the largest amount that counts as small
/// 245..248   inflow credit, tenths of the limit
/// 249..252   reserve, tenths of the limit that only small amounts may use
/// 253..254   mode
/// 255        the asset also draws on the shared budget
type OutflowWord is uint256;

using OutflowWordLib for OutflowWord global;

/// @notice What to do with an asset's outflow. UNSET refuses; UNLIMITED passes everything.
enum Mode {
    UNSET,
    LIMITED_REVERT,
    LIMITED_QUEUE,
    UNLIMITED
}

library OutflowWordLib {
    uint256 internal constant USED_BITS = 119;
    uint256 private constant USED_MASK = 0x7fffffffffffffffffffffffffffff; // 119 bits
    uint256 private constant END_MASK = (1 << 40) - 1;
    uint256 private constant CREDIT_MASK = END_MASK << 192;
    uint256 private constant STATE_MASK = 0x7fffffffffffffffffffffffffffffffffffff; // 151 bits

    /// @notice True for a configuration (state fields zero) whose limiter cannot overflow.
    function isValid(OutflowWord word) internal pure returns (bool) {
        uint256 stateless = OutflowWord.unwrap(word) & (STATE_MASK | CREDIT_MASK);
        bool shares = creditTenths(word) <= 10 && reserveTenths(word) <= 9;
        bool limiter = !isLimited(word) || window(word) != 0;
        return stateless == 0 && mode(word) != Mode.UNSET && shares && limiter
            && 2 * limit(word) * window(word) < 1 << USED_BITS;
    }

    /// @notice What the shared budget must be: limited, without credit, reserve or a budget of its own.
    function isPlain(OutflowWord word) internal pure returns (bool) {
        return isLimited(word) && !shared(word) && creditTenths(word) == 0 && reserveTenths(word) == 0;
    }

    function isLimited(OutflowWord word) internal pure returns (bool) {
        unchecked {
            // the two limited modes are 1 and 2
            return ((OutflowWord.unwrap(word) >> 253) & 3) - 1 < 2;
        }
    }

    /// @notice True when `next` lets more out than `word` in any respect: at once, over time, to large or small ones,
    /// by the greatest credit, or by its mode. How fast credit decays does not count: a lower limit or a longer window
    /// slows it, and must be possible at once.
    function isExceededBy(OutflowWord word, OutflowWord next) internal pure returns (bool) {
        if (mode(word) == Mode.UNLIMITED) return false;
        if (mode(word) == Mode.UNSET || mode(next) == Mode.UNLIMITED) return true;
        if (mode(next) == Mode.LIMITED_QUEUE && mode(word) == Mode.LIMITED_REVERT) return true;
        uint256 a = limit(word);
        uint256 b = limit(next);
        bool more = b > a || b * window(word) > a * window(next);
        bool moreCredit = b * creditTenths(next) > a * creditTenths(word);
        bool lessReserve = b * (10 - reserveTenths(next)) > a * (10 - reserveTenths(word));
        return more || moreCredit || lessReserve || exemption(next) > exemption(word) || (shared(word) && !shared(next));
    }

    /// @notice The word after `charged` left at `timestamp`, or zero when that does not fit.
    /// @param size the whole amount that is paid, which decides whether it counts as small
    /// @param share percent of the limit that the live level leaves; each unit weighs 100 / share
    function consumed(OutflowWord word, uint256 charged, uint256 size, uint256 share, uint256 timestamp)
        internal
        pure
        returns (OutflowWord)
    {
        if (share == 0 || charged >= 1 << USED_BITS) return OutflowWord.wrap(0);
        uint256 limit_ = limit(word);
        uint256 used = usedAt(word, timestamp, limit_);
        unchecked {
            // charged < 2^119, window < 2^22, share ≤ 100
            uint256 cost = charged * window(word);
            if (share != 100) cost = (cost * 100 + share - 1) / share;
            used += cost;
        }
        if (used > ceilingFor(word, size, timestamp, limit_)) return OutflowWord.wrap(0);
        return withUsed(word, used, timestamp);
    }

    /// @notice The word after `amount` came back at `timestamp`, of what had left charged at `share` or less.
    function refunded(OutflowWord word, uint256 amount, uint256 share, uint256 timestamp)
        internal
        pure
        returns (OutflowWord)
    {
        uint256 used = usedAt(word, timestamp, limit(word));
        uint256 refund = amount * window(word) * 100 / share;
        return withUsed(word, used > refund ? used - refund : 0, timestamp);
    }

    function isZero(OutflowWord word) internal pure returns (bool) {
        return OutflowWord.unwrap(word) == 0;
    }

    function isUnlimited(OutflowWord word) internal pure returns (bool) {
        return (OutflowWord.unwrap(word) >> 253) & 3 == uint256(Mode.UNLIMITED);
    }

    function mode(OutflowWord word) internal pure returns (Mode) {
        return Mode((OutflowWord.unwrap(word) >> 253) & 3);
    }

    function shared(OutflowWord word) internal pure returns (bool) {
        return OutflowWord.unwrap(word) >> 255 != 0;
    }

    /// @return in the asset's smallest unit; at most 1,048,575e31
    function limit(OutflowWord word) internal pure returns (uint256) {
        uint256 raw = OutflowWord.unwrap(word);
        unchecked {
            return ((raw >> 151) & 0xfffff) * 10 ** ((raw >> 171) & 31);
        }
    }

    /// @return seconds
    function window(OutflowWord word) internal pure returns (uint256) {
        unchecked {
            return ((OutflowWord.unwrap(word) >> 176) & 0xffff) * 60;
        }
    }

    function exemption(OutflowWord word) internal pure returns (uint256) {
        uint256 raw = OutflowWord.unwrap(word);
        unchecked {
            return ((raw >> 232) & 0xff) * 10 ** ((raw >> 240) & 31);
        }
    }

    function creditTenths(OutflowWord word) internal pure returns (uint256) {
        return (OutflowWord.unwrap(word) >> 245) & 15;
    }

    function reserveTenths(OutflowWord word) internal pure returns (uint256) {
        return (OutflowWord.unwrap(word) >> 249) & 15;
    }

    /// @return Unix seconds times 256, modulo 2^40
    function creditEnd(OutflowWord word) internal pure returns (uint256) {
        return (OutflowWord.unwrap(word) & CREDIT_MASK) >> 192;
    }

    function withLimit(OutflowWord word, uint256 mantissa, uint256 exponent) internal pure returns (OutflowWord) {
        uint256 cleared = OutflowWord.unwrap(word) & ~uint256(0x1ffffff << 151);
        return OutflowWord.wrap(cleared | mantissa << 151 | exponent << 171);
    }

    function withCreditEnd(OutflowWord word, uint256 end) internal pure returns (OutflowWord) {
        return OutflowWord.wrap((OutflowWord.unwrap(word) & ~CREDIT_MASK) | (end << 192));
    }

    /// @return used at `timestamp`, in units·seconds: each second refills exactly the limit
    function usedAt(OutflowWord word, uint256 timestamp, uint256 limit_) internal pure returns (uint256) {
        uint256 raw = OutflowWord.unwrap(word);
        unchecked {
            // 32-bit wrap; limit < 2^124, elapsed < 2^32
            uint256 refilled = uint32(timestamp - (raw >> 119)) * limit_;
            uint256 used = raw & USED_MASK;
            return used > refilled ? used - refilled : 0;
        }
    }

    /// @dev `used` must be below 2^119: it is at most the ceiling, which the configuration keeps below that.
    function withUsed(OutflowWord word, uint256 used, uint256 timestamp) internal pure returns (OutflowWord) {
        uint256 state = used | uint256(uint32(timestamp)) << 119;
        return OutflowWord.wrap((OutflowWord.unwrap(word) & ~STATE_MASK) | state);
    }

    /// @return for how long a credit that ends at `end` still lives, in 1/256 seconds; no credit lives over a window
    function creditLife(OutflowWord word, uint256 end, uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            uint256 life = (end - (timestamp << 8)) & END_MASK;
            return end == 0 || life > window(word) << 8 ? 0 : life;
        }
    }

    /// @return live inflow credit at `timestamp`, in units·seconds, rounded down
    function creditAt(OutflowWord word, uint256 timestamp, uint256 limit_) internal pure returns (uint256) {
        unchecked {
            return (creditTenths(word) * limit_ / 10) * creditLife(word, creditEnd(word), timestamp) >> 8;
        }
    }

    /// @notice The largest `used` that a withdrawal of `amount` may leave behind, in units·seconds.
    function ceilingFor(OutflowWord word, uint256 amount, uint256 timestamp, uint256 limit_)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            uint256 usable = amount <= exemption(word) ? limit_ : limit_ - limit_ * reserveTenths(word) / 10;
            return usable * window(word) + creditAt(word, timestamp, limit_);
        }
    }

    /// @return the most that can be used at all, credit included, in units·seconds
    function mostUsed(OutflowWord word) internal pure returns (uint256) {
        uint256 limit_ = limit(word);
        return (limit_ + creditTenths(word) * limit_ / 10) * window(word);
    }

    /// @notice The end of the credit after a net inflow of `amount`, counted from `end`; capped at one full window.
    function grantedCreditEnd(OutflowWord word, uint256 end, uint256 amount, uint256 timestamp)
        internal
        pure
        returns (uint256)
    {
        uint256 most = creditTenths(word) * limit(word) / 10;
        if (amount == 0 || most == 0) return end;
        uint256 life = window(word) << 8;
        if (amount < most) {
            uint256 longer = creditLife(word, end, timestamp) + amount * life / most;
            if (longer < life) life = longer;
        }
        return ((timestamp << 8) + life) & END_MASK;
    }
}
