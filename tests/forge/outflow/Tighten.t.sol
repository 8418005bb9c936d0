// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Mode, OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {Decision} from "../../../contracts/guards/Types.sol";
import {Config, OutflowTest} from "./OutflowTest.sol";

/// @title Only what lets nothing more out may happen at once: `isExceededBy`
/// forge-config: default.isolate = true
contract TightenTest is OutflowTest {
    address private other = makeAddr("the same asset under the next rules");

    function _exceeds(Config memory a, Config memory b) private pure returns (bool) {
        return _word(a).isExceededBy(_word(b));
    }

    function _base() private pure returns (Config memory c) {
        c = _withCredit(5);
        (c.reserveTenths, c.exemptionMantissa, c.exemptionExponent) = (2, 10, 18);
    }

    function test_TheSameIsNotMore() public pure {
        assertFalse(_exceeds(_base(), _base()));
    }

    function test_OneStepOfEachField() public pure {
        Config memory c = _base();
        c.mantissa = 1001;
        assertTrue(_exceeds(_base(), c), "limit");
        c.mantissa = 999;
        assertFalse(_exceeds(_base(), c), "limit");
        c = _base();
        c.minutes_ = 1439;
        assertTrue(_exceeds(_base(), c), "rate");
        c.minutes_ = 1441;
        assertFalse(_exceeds(_base(), c), "rate");
        c = _base();
        c.creditTenths = 6;
        assertTrue(_exceeds(_base(), c), "credit");
        c.creditTenths = 4;
        assertFalse(_exceeds(_base(), c), "credit");
        c = _base();
        c.reserveTenths = 1;
        assertTrue(_exceeds(_base(), c), "reserve");
        c.reserveTenths = 3;
        assertFalse(_exceeds(_base(), c), "reserve");
        c = _base();
        c.exemptionMantissa = 11;
        assertTrue(_exceeds(_base(), c), "exemption");
        c.exemptionMantissa = 9;
        assertFalse(_exceeds(_base(), c), "exemption");
        c = _base();
        c.shared = true;
        assertFalse(_exceeds(_base(), c), "shared");
        assertTrue(_exceeds(c, _base()), "shared");
    }

    function test_EveryPairOfModes() public pure {
        // rows: from unset, revert, queue, unlimited; columns: to them
        bool[4][4] memory more = [
            [true, true, true, true],
            [true, false, true, true],
            [true, false, false, true],
            [false, false, false, false]
        ];
        for (uint256 i; i < 4; ++i) {
            for (uint256 j; j < 4; ++j) {
                Config memory a = _base();
                Config memory b = _base();
                (a.mode, b.mode) = (Mode(i), Mode(j));
                if (b.mode != Mode.UNSET) assertEq(_exceeds(a, b), more[i][j]);
            }
        }
    }

    /// A product that stays below does not hide a factor that rises.
    function test_NoTradeBetweenFields() public pure {
        Config memory c = _base();
        (c.mantissa, c.minutes_) = (500, 700);
        assertTrue(_exceeds(_base(), c), "half the limit, but refilled faster");
        (c.mantissa, c.minutes_) = (1001, 14_400);
        assertTrue(_exceeds(_base(), c), "slower, but more at once");
        c = _base();
        (c.mantissa, c.creditTenths) = (500, 10);
        assertFalse(_exceeds(_base(), c), "the same credit of a smaller limit");
        (c.mantissa, c.creditTenths) = (501, 10);
        assertTrue(_exceeds(_base(), c));
        c = _base();
        (c.mantissa, c.reserveTenths) = (800, 0);
        assertFalse(_exceeds(_base(), c), "the same for large ones");
        (c.mantissa, c.reserveTenths) = (801, 0);
        assertTrue(_exceeds(_base(), c));
    }

    /// More at once for small ones alone: neither the rate, nor the credit, nor the large ones' part rises.
    function test_ALimitThatRisesBehindALargerReserveIsMore() public pure {
        Config memory c = _base();
        (c.mantissa, c.minutes_, c.reserveTenths, c.creditTenths) = (1001, 14_400, 3, 4);
        assertTrue(_exceeds(_base(), c));
        c.mantissa = 1000;
        assertFalse(_exceeds(_base(), c));
    }

    function test_EachChangeSaysWhetherItLoosens() public {
        Config memory c = _plain();
        c.mantissa = 999;
        host.setLimit(token, _word(c));
        assertFalse(host.loosened());
        c.mantissa = 1000;
        host.setLimit(token, _word(c));
        assertTrue(host.loosened());
        host.setLimit(token, _word(c));
        assertFalse(host.loosened());
        host.setRelativeLimit(token, 1, 0, 1);
        assertTrue(host.loosened());
        host.setLimit(token, _word(c));
        host.setUnitRate(token, 1);
        assertTrue(host.loosened());
    }

    /// What leaves under the next rules could have left under the previous ones, payment by payment. Credit is held
    /// at its cap for both: how fast it decays is not part of the comparison, its cap is.
    function testFuzz_NextLetsNothingMoreOut(uint256 seed, uint256 next) public {
        Config memory a = _drawn(seed);
        Config memory b = _drawn(next);
        (uint256 la, uint256 lb) = (_word(a).limit(), _word(b).limit());
        if (_exceeds(a, b)) return;
        assertTrue(lb <= la && lb * b.creditTenths <= la * a.creditTenths);
        host.setLimit(token, _word(a));
        host.setLimit(other, _word(b));
        for (uint256 i; i < 20; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            skip(seed % (a.minutes_ * 20));
            host.takeIn(token, 100 * la);
            host.takeIn(other, 100 * la);
            uint256 amount = (seed >> 64) % (lb + 2);
            if (seed >> 32 & 1 == 0) amount = host.available(other);
            if (seed >> 33 & 7 == 0) amount = host.availableForSmall(other);
            if (amount != 0 && host.payOut(other, amount) == Decision.PASS) _passes(amount);
        }
    }

    function _drawn(uint256 seed) private pure returns (Config memory c) {
        c = _plain();
        c.mantissa = 100 + seed % 3;
        c.exponent = 3;
        c.minutes_ = 1440 - (seed >> 8) % 3;
        c.creditTenths = (seed >> 16) % 3;
        c.reserveTenths = (seed >> 24) % 3;
        c.exemptionMantissa = (seed >> 32) % 3;
        c.exemptionExponent = 4;
    }
}
