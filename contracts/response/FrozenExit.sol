// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardrailCore} from "../GuardrailCore.sol";
import {GuardWord} from "../guards/GuardWord.sol";
import {Level} from "../guards/Types.sol";
import {OverrideCore} from "../guards/override/OverrideCore.sol";
import {IFrozenExit} from "./IFrozenExit.sol";
import {TokenTry} from "./TokenTry.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title FrozenExit: leaving a frozen protocol with one's part of what is left
///
/// A protocol with shares inherits this beside `Guardrails`. Governance cannot move users' funds (there is no call for
/// it), so the users take them: each burns shares and gets floor(left * shares / supply) of every token. Who comes
/// first gets the same as who comes last.
///
/// Guards: at most the share, at most once (shares are burnt first); a hostile token costs nobody his other tokens:
/// what could not be paid is owed, set apart from what is left, and collected alone.
/// Trusts: governance to open it, announced and delayed like every loosening. It chooses neither tokens nor
/// receivers: the host names the tokens. It opens for a bounded time, so that a later freeze does not find it open.
/// Assumes: the host's `_exitShares` hooks, and its reentrancy lock (this one) on all that moves shares or assets;
/// rules under which FROZEN closes what would change shares or assets meanwhile.
/// Does not guard: shares that the attack forged. They leave pro rata too, unless their account is locked or blocked
/// (locks, blocks, lockdowns and the age of deposits count here); where that is not enough, use `ProRataExit` with a snapshot from
/// before.
/// It is not metered: at FROZEN the limiter lets nothing through, and a share of what is left cannot be more than
/// that. BoundedLoss therefore does not hold while it is open.
abstract contract FrozenExit is IFrozenExit, GuardrailCore, OverrideCore, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:guardrails.exit
    struct ExitLayout {
        uint256 openUntil;
        mapping(address account => mapping(address token => uint256)) owed;
        mapping(address token => uint256) totalOwed;
    }

    uint256 public constant MAX_EXIT_DURATION = 90 days;
    uint256 public constant MAX_EXIT_TOKENS = 32;
    // keccak256(abi.encode(uint256(keccak256("guardrails.exit")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant EXIT_SLOT = 0x07d5041f4803008f72da180c216d61851e375a56e6e8a3db34ea461d07e40600;

    // ---------------------------------------------------------------- external

    function setExit(uint256 duration) external virtual {
        uint256 previous = _exit().openUntil;
        uint256 until = block.timestamp + duration;
        _governed(until > previous && duration != 0);
        if (duration > MAX_EXIT_DURATION) revert ExitDurationOutOfBounds(duration, MAX_EXIT_DURATION);
        _exit().openUntil = until;
        emit ExitSet(previous, until);
    }

    function exitProRata(uint256 shares, address receiver) external virtual nonReentrant {
        if (block.timestamp >= _exit().openUntil) revert ExitNotOpen(_exit().openUntil);
        GuardWord word = _word();
        Level level = _liveLevel(word);
        if (level != Level.FROZEN) revert NotFrozen(level);
        if (receiver == address(0) || receiver == address(this)) revert InvalidExitReceiver(receiver);
        uint256 supply = _exitSupply();
        if (shares == 0 || shares > supply) revert InvalidExitShares(shares, supply);
        _requireNotLockedDown(msg.sender, receiver);
        address[] memory tokens = _exitTokens();
        if (tokens.length > MAX_EXIT_TOKENS) revert TooManyExitTokens(tokens.length, MAX_EXIT_TOKENS);
        _burnForExit(msg.sender, shares);
        emit Exited(msg.sender, receiver, shares);
        uint256[] memory amounts = new uint256[](tokens.length);
        for (uint256 i = 0; i < tokens.length; ++i) {
            amounts[i] = Math.mulDiv(_exitAssets(tokens[i]), shares, supply);
            _requireMayLeave(word, msg.sender, receiver, tokens[i], amounts[i]);
            _takeForExit(tokens[i], amounts[i]);
        }
        for (uint256 i = 0; i < tokens.length; ++i) {
            if (amounts[i] != 0) _tryExit(tokens[i], receiver, amounts[i]);
        }
    }

    function collectExit(address token, address receiver) external virtual nonReentrant {
        uint256 amount = _exit().owed[msg.sender][token];
        if (amount == 0) revert NothingOwed(msg.sender, token);
        if (receiver == address(0) || receiver == address(this)) revert InvalidExitReceiver(receiver);
        _requireNotLockedDown(msg.sender, receiver);
        _requireMayLeave(_word(), msg.sender, receiver, token, amount);
        _exit().owed[msg.sender][token] = 0;
        _exit().totalOwed[token] -= amount;
        emit ExitCollected(msg.sender, token, receiver, amount);
        IERC20(token).safeTransfer(receiver, amount);
    }

    function exitOpenUntil() external view virtual returns (uint256) {
        return _exit().openUntil;
    }

    function exitOwed(address account, address token) external view virtual returns (uint256) {
        return _exit().owed[account][token];
    }

    // ---------------------------------------------------------------- internal: what a protocol supplies

    /// @dev What is shared out, each balance once; at most 32, fixed by the protocol's code.
    function _exitTokens() internal view virtual returns (address[] memory);

    /// @dev All shares that have a part in what is left.
    function _exitSupply() internal view virtual returns (uint256);

    /// @dev Burns; reverts where `account` has fewer.
    function _burnForExit(address account, uint256 shares) internal virtual;

    /// @dev What is left of `token` for share holders: here, neither locked in claims nor owed. A host that keeps books
    /// answers from them, and lowers them in `_takeForExit`.
    function _exitAssets(address token) internal view virtual returns (uint256) {
        uint256 held = TokenTry.balanceOf(token, address(this));
        return Math.saturatingSub(held, Math.saturatingAdd(_lockedInClaims(token), _exit().totalOwed[token]));
    }

    /// @dev `amount` of `token` is no longer the share holders': about to be paid, or owed.
    function _takeForExit(address token, uint256 amount) internal virtual {}

    // ---------------------------------------------------------------- private

    function _tryExit(address token, address receiver, uint256 amount) private {
        _exit().owed[msg.sender][token] += amount;
        _exit().totalOwed[token] += amount;
        if (TokenTry.transfer(token, receiver, amount)) {
            _exit().owed[msg.sender][token] -= amount;
            _exit().totalOwed[token] -= amount;
            emit ExitPaid(msg.sender, token, receiver, amount);
        } else {
            emit ExitOwed(msg.sender, token, amount);
        }
    }

    function _exit() private pure returns (ExitLayout storage l) {
        assembly ("memory-safe") {
            l.slot := EXIT_SLOT
        }
    }
}
