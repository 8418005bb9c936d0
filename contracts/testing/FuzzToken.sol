// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev What an account may implement to be told that tokens came, as ERC-777 does.
interface ITokenReceiver {
    function tokensReceived(address from, uint256 amount) external;
}

/// @title A token of the fuzz lab, which can be given the faults of real ones at any time
/// @notice Never for production: whoever prepared it mints at will.
///
/// Its code is put at the address that a policy names, so nothing is in a constructor: `prepare` says what it is.
/// Balances are shares of a total that `rebase` can move; while `index` is 1 they are the same number.
contract FuzzToken {
    /// @notice The faults, as bits of `faults`.
    uint256 public constant FEE = 1; // one per cent is kept back from every transfer
    uint256 public constant NO_RETURN = 2; // as USDT
    uint256 public constant RETURNS_FALSE = 4; // instead of a revert
    uint256 public constant REVERTS = 8; // every transfer
    uint256 public constant CALLBACK = 16; // tells a receiver that has code, as ERC-777
    uint256 public constant BURNS_GAS = 32; // 200,000 in every transfer
    uint256 public constant REFUSES_ZERO = 64;

    uint256 private constant UNIT = 1e18;

    string public name;
    string public symbol;
    uint8 public decimals;
    address public environment;
    uint256 public faults;
    uint256 public index;
    uint256 private totalShares;
    mapping(address account => uint256) private shares;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    mapping(address account => bool) public blocked;

    event Transfer(address indexed from, address indexed to, uint256 amount);
    event Approval(address indexed owner, address indexed spender, uint256 amount);

    error OnlyTheEnvironment(address caller);
    error InsufficientBalance(address account, uint256 balance, uint256 needed);
    error InsufficientAllowance(address spender, uint256 allowed, uint256 needed);
    error Blocked(address account);
    error Faulty();

    modifier onlyEnvironment() {
        if (msg.sender != environment) revert OnlyTheEnvironment(msg.sender);
        _;
    }

    /// @notice Once: what the token is, and who is its environment (who mints and gives it faults).
    function prepare(string calldata symbol_, uint8 decimals_, address environment_) external {
        if (environment != address(0)) revert OnlyTheEnvironment(msg.sender);
        (name, symbol, decimals, environment, index) = (symbol_, symbol_, decimals_, environment_, UNIT);
    }

    /// @notice Gives `to` an amount (smallest units) out of nothing.
    function mint(address to, uint256 amount) external onlyEnvironment {
        uint256 minted = amount * UNIT / index;
        totalShares += minted;
        shares[to] += minted;
        emit Transfer(address(0), to, amount);
    }

    /// @notice The faults from now on: a sum of the constants above.
    function setFaults(uint256 faults_) external onlyEnvironment {
        faults = faults_;
    }

    function setBlocked(address account, bool isBlocked) external onlyEnvironment {
        blocked[account] = isBlocked;
    }

    /// @notice Every balance becomes `permille` thousandths of what it was; at least 1, at most 10,000.
    function rebase(uint256 permille) external onlyEnvironment {
        if (permille == 0 || permille > 10_000) revert Faulty();
        index = index * permille / 1000;
        if (index == 0) revert Faulty();
    }

    function totalSupply() external view returns (uint256) {
        return totalShares * index / UNIT;
    }

    function balanceOf(address account) public view returns (uint256) {
        return shares[account] * index / UNIT;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
        _answer(true);
    }

    function transfer(address to, uint256 amount) external {
        _answer(_move(msg.sender, to, amount));
    }

    function transferFrom(address from, address to, uint256 amount) external {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < amount) {
            if (faults & RETURNS_FALSE != 0) return _answer(false);
            revert InsufficientAllowance(msg.sender, allowed, amount);
        }
        bool moved = _move(from, to, amount);
        if (moved && allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
        _answer(moved);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        uint256 active = faults;
        if (active & BURNS_GAS != 0) {
            uint256 end = gasleft() > 200_000 ? gasleft() - 200_000 : 0;
            while (gasleft() > end) {}
        }
        if (active & REVERTS != 0 || (amount == 0 && active & REFUSES_ZERO != 0)) revert Faulty();
        uint256 held = balanceOf(from);
        if (held < amount || blocked[from] || blocked[to]) {
            if (active & RETURNS_FALSE != 0) return false;
            if (held < amount) revert InsufficientBalance(from, held, amount);
            revert Blocked(blocked[from] ? from : to);
        }
        uint256 arriving = active & FEE != 0 ? amount - amount / 100 : amount;
        uint256 leaves = (amount * UNIT + index - 1) / index; // against the sender: at most what he has
        if (leaves > shares[from]) leaves = shares[from];
        uint256 comes = arriving * UNIT / index;
        shares[from] -= leaves;
        shares[to] += comes;
        totalShares = totalShares - leaves + comes;
        emit Transfer(from, to, arriving);
        if (arriving != amount) emit Transfer(from, address(0), amount - arriving);
        if (active & CALLBACK != 0 && to.code.length != 0) {
            try ITokenReceiver(to).tokensReceived(from, arriving) {} catch {}
        }
        return true;
    }

    function _answer(bool done) private view {
        if (faults & NO_RETURN != 0) return;
        assembly ("memory-safe") {
            mstore(0, done)
            return(0, 32)
        }
    }
}
