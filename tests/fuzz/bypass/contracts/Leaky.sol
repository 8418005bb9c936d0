// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guardrails} from "../../../../contracts/Guardrails.sol";
import {Op} from "../../../../contracts/guards/Types.sol";
import {Minimal} from "../../../../contracts/examples/Minimal.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @notice Each contract here has one way past its guards, which the bypass search has to find.

/// @dev A function that somebody forgot.
contract Forgotten is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function rescue(address to, uint256 amount) external {
        IERC20(token).transfer(to, amount);
    }
}

/// @dev The transfer is in a helper of a helper.
contract Helper is Minimal {
    using SafeERC20 for IERC20;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function collectReward() external guarded(Op.WITHDRAW) {
        _reward(msg.sender, total / 100);
    }

    function _reward(address account, uint256 amount) internal virtual {
        if (amount != 0) _send(account, amount);
    }

    function _send(address account, uint256 amount) private {
        IERC20(token).safeTransfer(account, amount);
    }
}

/// @dev Runs whatever code it is told to.
contract Delegate is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function run(address code, bytes calldata data) external returns (bytes memory returned) {
        (, returned) = code.delegatecall(data);
    }
}

/// @dev The transfer is in assembly.
contract Assembly is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function skim(address to, uint256 amount) external {
        address asset = token;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, 0xa9059cbb00000000000000000000000000000000000000000000000000000000)
            mstore(add(data, 4), to)
            mstore(add(data, 36), amount)
            if iszero(call(gas(), asset, 0, data, 68, 0, 32)) { revert(0, 0) }
        }
    }
}

/// @dev Somebody else may pull.
contract Approval is Minimal {
    using SafeERC20 for IERC20;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function allow(address spender, uint256 amount) external guarded(Op.TRADE) {
        IERC20(token).forceApprove(spender, amount);
    }
}

/// @dev `withdraw` is guarded; `redeem` is OpenZeppelin's.
contract HalfVault is Guardrails, ERC4626 {
    constructor(address controls_, address token_)
        Guardrails(controls_, msg.sender)
        ERC20("Half", "H")
        ERC4626(IERC20(token_))
    {}

    function deposit(uint256 assets, address receiver)
        public
        override
        guarded(Op.DEPOSIT)
        returns (uint256 shares)
    {
        shares = previewDeposit(assets);
        _takeIn(asset(), msg.sender, assets);
        _mint(receiver, shares);
    }

    function withdraw(uint256 assets, address receiver, address owner)
        public
        override
        guarded(Op.WITHDRAW)
        returns (uint256 shares)
    {
        shares = previewWithdraw(assets);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _burn(owner, shares);
        _payOut(asset(), owner, receiver, assets);
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return totalAssets();
    }

    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool) internal override {
        _mint(owner, previewDeposit(amount));
    }
}

/// @dev Pays whoever pretends to lend.
contract Callback is Minimal {
    using SafeERC20 for IERC20;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function onFlashLoan(address, address asset, uint256 amount, uint256 fee, bytes calldata) external returns (bytes32) {
        IERC20(asset).safeTransfer(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}

/// @dev Holds ETH and lets anybody have it.
contract EtherSweep is Minimal {
    constructor(address controls, address token_) payable Minimal(controls, token_) {}

    function fund() external payable {}

    function sweep(address payable to) external {
        (bool sent,) = to.call{value: address(this).balance}("");
        require(sent);
    }
}

/// @dev Metered, but no operation closes it.
contract NeverClosed is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function leave() external nonReentrant {
        uint256 amount = balanceOf[msg.sender];
        balanceOf[msg.sender] = 0;
        total -= amount;
        _payOut(token, msg.sender, amount);
    }
}

/// @dev An owner who needs not announce what he does.
contract OwnerSweep is Minimal, Ownable {
    using SafeERC20 for IERC20;

    constructor(address controls, address token_) Minimal(controls, token_) Ownable(msg.sender) {}

    function sweep(address to, uint256 amount) external onlyOwner {
        IERC20(token).safeTransfer(to, amount);
    }
}

/// @dev A claim that its owner gives up is paid at once: nothing ever waits.
contract ClaimPaid is Guardrails {
    using SafeERC20 for IERC20;

    address public immutable token;
    uint256 public total;
    mapping(address account => uint256) public balanceOf;

    constructor(address controls, address token_) Guardrails(controls, msg.sender) {
        token = token_;
    }

    function deposit(uint256 amount) external guarded(Op.DEPOSIT) {
        amount = _takeIn(token, msg.sender, amount);
        balanceOf[msg.sender] += amount;
        total += amount;
    }

    function withdraw(uint256 amount) external guarded(Op.WITHDRAW) {
        balanceOf[msg.sender] -= amount;
        total -= amount;
        _payOut(token, msg.sender, amount);
    }

    function _outflowBase(address) internal view override returns (uint256) {
        return total;
    }

    function _afterClaimEnded(uint256, address owner, address, uint256 amount, bool) internal override {
        IERC20(token).safeTransfer(owner, amount);
    }
}

/// @dev Calls what it is told to call.
contract AnyCall is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function call(address to, bytes calldata data) external returns (bytes memory returned) {
        bool done;
        (done, returned) = to.call(data);
        require(done);
    }
}

/// @dev Has its own `_payOut`, without the meter.
contract OwnPayOut is Minimal {
    using SafeERC20 for IERC20;

    constructor(address controls, address token_) Minimal(controls, token_) {}

    function _payOut(address asset, address, address to, uint256 amount) internal override returns (uint256) {
        IERC20(asset).safeTransfer(to, amount);
        return 0;
    }
}

/// @dev Guarded only where the caller says so.
contract Branch is Minimal {
    constructor(address controls, address token_) Minimal(controls, token_) {}

    function take(uint256 amount, bool checked) external nonReentrant {
        if (checked) _enter(Op.WITHDRAW);
        balanceOf[msg.sender] -= amount;
        total -= amount;
        _payOut(token, msg.sender, amount);
    }
}

/// @dev No guards at all.
contract BareVault is ERC4626 {
    constructor(IERC20 token_) ERC20("Bare", "B") ERC4626(token_) {}
}
