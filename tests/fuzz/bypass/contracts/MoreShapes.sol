// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HubGuarded} from "../../../../contracts/HubGuarded.sol";
import {IGuardrailHub} from "../../../../contracts/IGuardrailHub.sol";
import {Op} from "../../../../contracts/guards/Types.sol";
import {Minimal} from "../../../../contracts/examples/Minimal.sol";
import {Paid} from "./Shapes.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice Only read, never run; what is to be said of each function stands in test_shapes.py.

interface INft {
    function safeTransferFrom(address from, address to, uint256 id) external;
    function setApprovalForAll(address operator, bool approved) external;
    function burn(uint256 id) external;
    function send(address to, uint256 amount, bytes calldata data) external;
}

/// @dev Named as libraries of others are, and with their functions' names.
library SafeTransferLib {
    function safeTransferETH(address to, uint256 amount) internal {}
    function safeTransferAll(address token, address to) internal {}
    function safeApprove(address token, address to, uint256 amount) internal {}
    function sum(uint256 a) internal returns (uint256) {}
}

struct Order {
    address to;
    uint256 amount;
}

contract MoreShapes is Minimal, Context {
    using SafeERC20 for IERC20;

    address public immutable partner;
    address[] public partners;
    mapping(address account => address) public nextOf;
    Order public order;
    INft public nft;

    constructor(address controls, address token_, address partner_) Minimal(controls, token_) {
        partner = partner_;
    }

    // ---------------------------------------------------------------- whose

    function reassigned() external {
        _toItself(address(this));
    }

    function inBrackets() external {
        IERC20(token).safeTransfer((address(this)), 1);
    }

    function approvesContext() external {
        IERC20(token).approve(_msgSender(), 1);
    }

    function approvesField(Order calldata given) external {
        IERC20(token).approve(given.to, given.amount);
    }

    function approvesElement(address[] calldata given) external {
        IERC20(token).approve(given[0], 1);
    }

    function approvesStoredField() external {
        IERC20(token).approve(order.to, 1);
    }

    function approvesStoredElement() external {
        IERC20(token).approve(partners[0], 1);
    }

    function approvesMapped(address key) external {
        IERC20(token).approve(nextOf[key], 1);
    }

    function approvesComputed(uint256 seed) external {
        IERC20(token).approve(address(uint160(uint256(keccak256(abi.encode(seed))))), 1);
    }

    function approvesLiteral() external {
        IERC20(token).approve(0x00000000219ab540356cBB839Cbe05303d7705Fa, 1);
    }

    function named(address to) external {
        IERC20(token).transferFrom({to: to, value: 1, from: address(this)});
    }

    function namedIn(address from) external guarded(Op.DEPOSIT) {
        IERC20(token).transferFrom({to: address(this), value: 1, from: from});
    }

    // ---------------------------------------------------------------- sinks

    function nftLeaves(address to) external {
        nft.safeTransferFrom(address(this), to, 1);
    }

    function nftApproved(address to) external {
        nft.setApprovalForAll(to, true);
    }

    function burns() external {
        nft.burn(1);
    }

    function sends777(address to) external {
        nft.send(to, 1, "");
    }

    function solmateEth(address to) external {
        SafeTransferLib.safeTransferETH(to, 1);
    }

    function solmateAll(address to) external {
        SafeTransferLib.safeTransferAll(token, to);
    }

    function solmateApprove(address to) external {
        SafeTransferLib.safeApprove(token, to, 1);
    }

    function solmateSum() external {
        SafeTransferLib.sum(1);
    }

    function increases(address to) external {
        IERC20(token).safeIncreaseAllowance(to, 1);
    }

    function encodedForALibrary(address to) external {
        Address.functionCall(partner, abi.encodeCall(IERC20.transfer, (to, 1)));
    }

    function ethToItself() external {
        payable(address(this)).transfer(1);
    }

    function assemblyDelegates(address code) external {
        assembly {
            pop(delegatecall(gas(), code, 0, 0, 0, 0))
        }
    }

    function assemblyDestroys(address to) external {
        assembly {
            selfdestruct(to)
        }
    }

    function assemblyCreates() external {
        assembly {
            pop(create(1, 0, 0))
        }
    }

    function assemblyCreatesForNothing() external {
        assembly {
            pop(create2(0, 0, 0, 0))
        }
    }

    function assemblyCallsUnknown(address to) external {
        assembly {
            pop(call(gas(), to, 0, 0, 0, 0, 0))
        }
    }

    function createsForNothing() external returns (address) {
        return address(new Paid());
    }

    function callsWithNothing(address to) external returns (bool done) {
        (done,) = to.call("");
    }

    function encodedBySelector(address to) external {
        (bool done,) = token.call(abi.encodeWithSelector(0xa9059cbb, to, 1));
        require(done);
    }

    // ---------------------------------------------------------------- the way

    function ping(uint256 n) external {
        total = n;
        _ping();
    }

    function pong(uint256 n) external {
        total = n;
        _pong();
    }

    function deadCode() external {
        revert();
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    function deadAfterAnError() external {
        revert Nothing(total);
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    function deadAssembly(address to) external {
        revert();
        assembly {
            selfdestruct(to)
        }
    }

    function enteredWhereItWorks(uint256 amount) external {
        try this.deadCode() {
            _enter(Op.WITHDRAW);
        } catch {}
        _payOut(token, msg.sender, amount);
    }

    function deadBranch(bool always) external {
        if (always) return;
        else revert();
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    function byNumber(uint256 amount) external guarded(2) {
        _payOut(token, msg.sender, amount);
    }

    function enteredByReturn(uint256 amount) external {
        if (_enteredOrNot(amount)) _payOut(token, msg.sender, amount);
    }

    function inALoopHeader() external {
        for (uint256 i = _pays(); i < 2; i += 1) {}
    }

    function inALoopStep() external {
        for (uint256 i = 0; i < 2; i += _pays()) {}
    }

    function inALoopCondition() external {
        do {} while (_pays() < 1);
    }

    function inAnEvent() external {
        emit Paying(_pays());
    }

    function inAnIndex() external returns (address) {
        return partners[_pays()];
    }

    function inAnArgument() external returns (uint256) {
        return _same(_pays());
    }

    function inATry() external {
        try this.inAnArgument() returns (uint256) {} catch {}
    }

    function inACatch() external {
        try this.deadCode() {} catch {
            _pays();
        }
    }

    function onlyItselfByIf(address to) external {
        if (address(this) != msg.sender) revert();
        IERC20(token).safeTransfer(to, 1);
    }

    function itselfMakesNoDifference(address to) external {
        if (msg.sender != address(this)) total = 1;
        IERC20(token).safeTransfer(to, 1);
    }

    function aFlagIsNoCaller(address to, bool stop) external {
        if (stop) return;
        IERC20(token).safeTransfer(to, 1);
    }

    function enteredInATernary(uint256 amount) external {
        bool fine = amount > 5 ? _enteredOrNot(amount) : true;
        bool sure = amount > 5 ? _entered() : true;
        if (fine && sure) _payOut(token, msg.sender, amount);
    }

    function notOnlyItself(address to) external {
        if (msg.sender != to) revert();
        IERC20(token).safeTransfer(to, 1);
    }

    function itselfOrMore(address to, bool too) external {
        require(msg.sender == address(this) || too);
        IERC20(token).safeTransfer(to, 1);
    }

    function announcedInOneArm(address to, bool really) external {
        if (really) _governed(true);
        IERC20(token).safeTransfer(to, 1);
    }

    function announcedTwice(address to) external {
        _governed(true);
        _governed(false);
        IERC20(token).safeTransfer(to, 1);
    }

    function meteredInOneArm(uint256 amount) external guarded(Op.WITHDRAW) {
        if (amount > 5) _meterOut(token, msg.sender, amount, 0);
        IERC20(token).safeTransfer(msg.sender, amount);
    }

    function itselfInOneArm(address to, bool checked) external {
        if (checked) require(msg.sender == address(this));
        IERC20(token).safeTransfer(to, 1);
    }

    error Nothing(uint256 amount);

    event Paying(uint256 amount);

    function _toItself(address to) private {
        if (total == 0) to = msg.sender;
        IERC20(token).safeTransfer(to, 1);
    }

    function _ping() private {
        if (total != 0) _pong();
        IERC20(token).safeTransfer(msg.sender, 1);
    }

    function _pong() private {
        if (total != 0) _ping();
    }

    function _enteredOrNot(uint256 amount) private returns (bool) {
        if (amount < 5) return true;
        _enter(Op.WITHDRAW);
        return true;
    }

    function _entered() private returns (bool) {
        _enter(Op.WITHDRAW);
        return true;
    }

    function _pays() private returns (uint256) {
        IERC20(token).safeTransfer(msg.sender, 1);
        return 1;
    }

    function _same(uint256 value) private pure returns (uint256) {
        return value;
    }
}

/// @dev A member of a hub that pays by hand.
contract HubShapes is HubGuarded {
    using SafeERC20 for IERC20;

    IERC20 public immutable token;

    constructor(IGuardrailHub hub_, IERC20 token_) HubGuarded(hub_) {
        token = token_;
    }

    function byHand(uint256 amount) external guarded(Op.WITHDRAW) {
        hub.meterOut(address(token), msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    function metersTheWrongWay(uint256 amount) external guarded(Op.WITHDRAW) {
        hub.meterIn(address(token), amount);
        token.safeTransfer(msg.sender, amount);
    }

    function pays(uint256 amount) external guarded(Op.WITHDRAW) {
        _payOut(address(token), msg.sender, amount);
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return token.balanceOf(address(this));
    }

    function _afterClaimEnded(uint256, address, address, uint256, bool) internal override {}
}
