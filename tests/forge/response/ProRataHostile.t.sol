// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ProRataExit} from "../../../contracts/response/ProRataExit.sol";
import {Token} from "../mocks/Token.sol";
import {ExitFixture} from "./ExitFixture.sol";
import {HostileToken} from "./HostileToken.sol";

/// @title S36: a hostile token in the list keeps nobody from the others, and stays claimable alone
/// forge-config: default.isolate = true
contract ProRataHostileTest is ExitFixture {
    event ShareFailed(address indexed account, address indexed token, address receiver, uint256 amount);

    function setUp() public override {
        super.setUp();
        _open();
    }

    /// @dev The bite fails; the others are paid; once it stops biting the token is paid, once.
    function _survives(HostileToken.Bite bite, uint256 gas) private {
        bad.setBite(bite);
        vm.expectEmit(address(escrow));
        emit ShareFailed(alice, address(bad), alice, 1000);
        escrow.claim{gas: gas}(alice, 100, _proof(0), _three());
        assertEq(good.balanceOf(alice), 1000);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(escrow.paidOf(alice, address(bad)), 0);
        assertEq(escrow.totalPaidOf(address(bad)), 0);
        bad.setBite(HostileToken.Bite.NONE);
        for (uint256 i; i < 2; ++i) {
            escrow.claim(alice, 100, _proof(0), _one(address(bad)));
        }
        assertEq(bad.balanceOf(alice), 1000);
        assertEq(escrow.paidOf(alice, address(bad)), 1000);
    }

    function test_S36_ATokenThatReverts() public {
        _survives(HostileToken.Bite.REVERTS, 1_000_000);
    }

    /// S36: half a million gas at most, twice a token (balance and transfer), whatever it burns.
    function test_S36_ATokenThatBurnsGas() public {
        _survives(HostileToken.Bite.BURNS_GAS, 900_000);
    }

    function test_S36_ATokenThatReturnsFalse() public {
        _survives(HostileToken.Bite.RETURNS_FALSE, 1_000_000);
    }

    function test_S36_ATokenThatReturnsNonsense() public {
        _survives(HostileToken.Bite.RETURNS_THREE, 1_000_000);
    }

    function test_S36_ATokenThatReturnsTooLittle() public {
        _survives(HostileToken.Bite.RETURNS_LITTLE, 1_000_000);
    }

    function test_S36_ATokenThatReturnsMegabytes() public {
        _survives(HostileToken.Bite.RETURNS_A_BOMB, 1_000_000);
    }

    function test_ATokenThatReturnsNothingIsPaid() public {
        bad.setBite(HostileToken.Bite.RETURNS_NOTHING);
        _claim(0);
        assertEq(bad.balanceOf(alice), 1000);
        assertEq(escrow.paidOf(alice, address(bad)), 1000);
    }

    /// S36: old forms of known tokens say false and pay all the same; what has left is paid, once.
    function test_S36_ATokenThatPaysAndReturnsFalse() public {
        bad.setBite(HostileToken.Bite.PAYS_AND_RETURNS_FALSE);
        for (uint256 i; i < 2; ++i) {
            _claim(0);
            assertEq(bad.balanceOf(alice), 1000);
        }
        assertEq(escrow.paidOf(alice, address(bad)), 1000);
        _claim(2);
        _claim(1);
        assertEq(bad.balanceOf(bob), 2500);
    }

    function test_S36_ATokenThatIsGone() public {
        vm.etch(address(bad), "");
        _claim(0);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(escrow.paidOf(alice, address(bad)), 0);
    }

    /// S36: a token cannot be paid again, or somebody else's share, from inside its own transfer.
    function test_S36_ATokenThatCallsBack() public {
        bad.setBite(HostileToken.Bite.CALLS_BACK);
        address[] memory list = _one(address(bad));
        bytes[3] memory calls = [
            abi.encodeCall(escrow.claim, (alice, 100, _proof(0), list)),
            abi.encodeCall(escrow.fundedOf, (address(bad))),
            abi.encodeCall(escrow.claimableOf, (bob, 250, address(bad)))
        ];
        uint256 snapshot = vm.snapshotState();
        for (uint256 i; i < calls.length; ++i) {
            bad.prepare(address(escrow), calls[i]);
            _claim(0);
            assertEq(bad.balanceOf(alice), 1000);
            assertEq(
                bad.refusal(), abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
            );
            vm.revertToState(snapshot);
        }
        assertEq(escrow.fundedOf(address(bad)), 10_000);
    }

    /// S36: not the owner's sweep either, when the token is the owner.
    function test_S36_AnOwnerThatIsATokenCannotSweepInsideAClaim() public {
        escrow = new ProRataExit(address(bad), _three(), CHALLENGE, PERIOD);
        vm.prank(address(bad));
        escrow.announce(_root(), TOTAL, "");
        _fund(10_000);
        skip(CHALLENGE + PERIOD);
        bad.setBite(HostileToken.Bite.CALLS_BACK);
        bad.prepare(address(escrow), abi.encodeCall(escrow.sweep, (address(other), attacker)));
        _claim(0);
        assertEq(other.balanceOf(alice), 1000);
        assertEq(other.balanceOf(attacker), 0);
    }

    /// S36: a fee is the receiver's loss, not the others'.
    function test_S36_ATokenThatTakesAFee() public {
        bad.setFee(100);
        _claim(0);
        assertEq(bad.balanceOf(alice), 990);
        assertEq(escrow.paidOf(alice, address(bad)), 1000);
        _claim(0);
        assertEq(bad.balanceOf(alice), 990);
        _claim(2);
        assertEq(escrow.paidOf(carol, address(bad)), 6490);
    }

    /// S36: a balance that lies upwards pays nothing more once it tells the truth, and overflows nothing.
    function test_S36_ATokenThatLiesAboutItsBalance() public {
        _claim(1);
        bad.setBite(HostileToken.Bite.BALANCE_IS_MAX);
        _claim(0);
        _claim(2);
        assertEq(good.balanceOf(alice), 1000);
        assertEq(other.balanceOf(carol), 6490);
        assertEq(escrow.paidOf(alice, address(bad)), 0);
        assertEq(escrow.fundedOf(address(bad)), type(uint256).max);
        bad.setBite(HostileToken.Bite.NONE);
        _claim(0);
        assertEq(escrow.totalPaidOf(address(bad)), 10_000, "never more than is here");
        assertEq(good.balanceOf(alice), 1000);
    }

    /// S36: a token whose balance is the largest number, really transferred: sums do not overflow.
    function test_S36_ATokenThatPaysTheLargestNumbers() public {
        bad.setBite(HostileToken.Bite.BALANCE_IS_MAX);
        bytes memory any = abi.encodeWithSelector(bad.transfer.selector);
        vm.mockCall(address(bad), any, abi.encode(true));
        sharesOf = [TOTAL, uint256(1000), 1, 1];
        _plant();
        escrow = new ProRataExit(governance, _three(), CHALLENGE, PERIOD);
        _open();
        _claim(0);
        assertEq(escrow.totalPaidOf(address(bad)), type(uint256).max);
        _claim(1);
        _claim(2);
        assertEq(escrow.paidOf(bob, address(bad)), 0);
        assertEq(escrow.paidOf(carol, address(bad)), 0);
        assertEq(good.balanceOf(alice), 10_000);
    }

    function test_S36_ATokenWhoseBalanceCannotBeRead() public {
        HostileToken.Bite[3] memory bites = [
            HostileToken.Bite.BALANCE_REVERTS, HostileToken.Bite.BALANCE_BURNS_GAS, HostileToken.Bite.BALANCE_IS_LITTLE
        ];
        for (uint256 i; i < 3; ++i) {
            bad.setBite(bites[i]);
            escrow.claim{gas: 900_000}(accounts[i], sharesOf[i], _proof(i), _three());
            assertEq(other.balanceOf(accounts[i]), 10 * sharesOf[i]);
            assertEq(escrow.paidOf(accounts[i], address(bad)), 0);
            assertEq(escrow.fundedOf(address(bad)), 0, "never measured");
        }
    }

    /// S36: what was measured once stays measured, though the balance no longer says so.
    function test_S36_ABalanceThatVanishesPaysTheRestLater() public {
        _claim(0);
        bad.setBite(HostileToken.Bite.BALANCE_REVERTS);
        _claim(1);
        assertEq(escrow.fundedOf(address(bad)), 10_000);
        bad.setBite(HostileToken.Bite.NONE);
        _claim(1);
        assertEq(bad.balanceOf(bob), 2500);
    }

    /// A keeper who brings too little gas makes payments fail, and nobody loses by it.
    function test_TooLittleGasLosesNothing() public {
        bad.setBite(HostileToken.Bite.BURNS_GAS);
        (bool done,) =
            address(escrow).call{gas: 150_000}(abi.encodeCall(escrow.claim, (alice, 100, _proof(0), _three())));
        bad.setBite(HostileToken.Bite.NONE);
        done;
        _claim(0);
        assertEq(good.balanceOf(alice), 1000);
        assertEq(bad.balanceOf(alice), 1000);
        assertEq(other.balanceOf(alice), 1000);
    }

    /// The whole list hostile: a claim fits into a block.
    function test_ThirtyTwoTokensThatBurnGasFitIntoABlock() public {
        address[] memory list = new address[](32);
        for (uint256 i; i < 32; ++i) {
            HostileToken token = new HostileToken();
            token.mint(address(this), 1);
            list[i] = address(token);
        }
        escrow = new ProRataExit(governance, list, CHALLENGE, PERIOD);
        for (uint256 i; i < 32; ++i) {
            HostileToken(list[i]).mint(address(escrow), 1000);
            HostileToken(list[i]).setBite(HostileToken.Bite.BURNS_GAS);
        }
        _announce();
        skip(CHALLENGE);
        escrow.claim{gas: 20_000_000}(alice, 100, _proof(0), list);
        HostileToken(list[31]).setBite(HostileToken.Bite.NONE);
        escrow.claim(alice, 100, _proof(0), _one(list[31]));
        assertEq(Token(list[31]).balanceOf(alice), 100);
    }
}
