// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC7265Adapter} from "../../../contracts/adapters/ERC7265Adapter.sol";
import {IERC7265} from "../../../contracts/adapters/IERC7265.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {ITokenHook} from "../mocks/Token.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title A protocol written for ERC-7265: it knows nothing of guardrails, and has no lock of its own
contract Bank {
    using SafeERC20 for IERC20;

    IERC7265 public breaker;
    mapping(address asset => mapping(address account => uint256)) public balance;
    bool public refuses;

    constructor(IERC7265 breaker_) {
        breaker = breaker_;
    }

    function setBreaker(IERC7265 breaker_) external {
        breaker = breaker_;
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function deposit(address asset, uint256 amount) external {
        uint256 before = IERC20(asset).balanceOf(address(this));
        IERC20(asset).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(asset).balanceOf(address(this)) - before;
        balance[asset][msg.sender] += received;
        breaker.onTokenInflow(asset, received);
    }

    function withdraw(address asset, uint256 amount) external {
        balance[asset][msg.sender] -= amount;
        IERC20(asset).safeTransfer(address(breaker), amount);
        breaker.onTokenOutflow(asset, amount, msg.sender, refuses);
    }

    /// @dev By the form of the ERC's later texts.
    function withdrawLater(address asset, uint256 amount) external {
        balance[asset][msg.sender] -= amount;
        IERC20(asset).safeTransfer(address(breaker), amount);
        breaker.onTokenOutflow(asset, amount, msg.sender);
    }

    /// @dev A mistake: it says so without having transferred.
    function announce(address asset, uint256 amount) external {
        breaker.onTokenOutflow(asset, amount, msg.sender, refuses);
    }

    function enterNative() external payable {
        breaker.onNativeAssetInflow(msg.value);
    }

    function leaveNative(bool later) external payable {
        if (later) breaker.onNativeAssetOutflow{value: msg.value}(msg.sender);
        else breaker.onNativeAssetOutflow{value: msg.value}(msg.sender, refuses);
    }
}

/// @notice What `Bank` used before: it sends everything on.
contract FormerBreaker {
    function onTokenInflow(address, uint256) external {}

    function onTokenOutflow(address asset, uint256 amount, address recipient, bool) external {
        IERC20(asset).transfer(recipient, amount);
    }
}

/// @notice A contract that uses the bank and, as the ERC's examples do, asks the breaker whether it got its money.
contract Customer {
    error Waits();

    Bank private immutable bank;

    constructor(Bank bank_) {
        bank = bank_;
    }

    function deposit(address asset, uint256 amount) external {
        IERC20(asset).approve(address(bank), amount);
        bank.deposit(asset, amount);
    }

    function withdraw(address asset, uint256 amount) external {
        bank.withdraw(asset, amount);
        if (bank.breaker().isRateLimited()) revert Waits();
    }

    function outAndIn(address asset, uint256 amount) external {
        bank.withdraw(asset, amount);
        IERC20(asset).approve(address(bank), amount);
        bank.deposit(asset, amount);
    }
}

/// @notice Withdraws once more from inside the first payment.
contract Reentering is ITokenHook {
    Bank private immutable bank;
    uint256 private again;
    bytes public refusal;

    constructor(Bank bank_) {
        bank = bank_;
    }

    function deposit(address asset, uint256 amount) external {
        IERC20(asset).approve(address(bank), amount);
        bank.deposit(asset, amount);
    }

    /// @dev Withdraws `amount` from inside the next payment.
    function prepare(uint256 amount) external {
        again = amount;
    }

    function withdraw(address asset, uint256 amount) external {
        bank.withdraw(asset, amount);
    }

    function onToken(address, address to, uint256, bool before) external {
        if (!before || again == 0 || to != address(this)) return;
        uint256 amount = again;
        again = 0;
        try bank.withdraw(msg.sender, amount) {}
        catch (bytes memory reason) {
            refusal = reason;
        }
    }
}

/// @notice A hub whose members are a bank and the adapter that the bank takes for its circuit breaker.
abstract contract AdapterTest is EngineTest {
    GuardrailHub internal hub;
    ERC7265Adapter internal adapter;
    Bank internal bank;

    function setUp() public virtual override {
        super.setUp();
        hub = new GuardrailHub(controls, deployer);
        engine = IEngine(address(hub));
        adapter = new ERC7265Adapter(hub);
        bank = new Bank(adapter);
        _configure(engine);
        vm.startPrank(deployer);
        hub.setMember(address(adapter), true);
        hub.setMember(address(bank), true);
        vm.stopPrank();
        _seal(engine);
    }

    function _put(address account, uint256 amount) internal {
        token.mint(account, amount);
        vm.startPrank(account);
        token.approve(address(bank), amount);
        bank.deposit(address(token), amount);
        vm.stopPrank();
    }

    /// @dev Deposits long ago, so that no credit is left of them.
    function _hadPut(address account, uint256 amount) internal {
        _put(account, amount);
        skip(2 days);
    }

    function _take(address account, uint256 amount) internal {
        vm.prank(account);
        bank.withdraw(address(token), amount);
    }

    function _claimFor(address account) internal {
        adapter.claimLockedFunds(address(token), account);
    }

    function _paid(address account) internal view returns (uint256) {
        return token.balanceOf(account);
    }

    function _locked(address account) internal view returns (uint256) {
        return adapter.lockedFunds(account, address(token));
    }
}
