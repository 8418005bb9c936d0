// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IToken {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @dev Counts what was sent to it as everybody's: the first who deposits can make the next one's shares round to 0.
contract NaiveVault {
    IToken public immutable token;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;

    constructor(IToken token_) {
        token = token_;
    }

    function totalAssets() public view returns (uint256) {
        return token.balanceOf(address(this));
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = totalSupply == 0 ? assets : assets * totalSupply / totalAssets();
        token.transferFrom(msg.sender, address(this), assets);
        totalSupply += shares;
        balanceOf[receiver] += shares;
    }

    function redeem(uint256 shares, address receiver) external returns (uint256 assets) {
        assets = shares * totalAssets() / totalSupply;
        balanceOf[msg.sender] -= shares;
        totalSupply -= shares;
        token.transfer(receiver, assets);
    }
}

/// @dev Shares are worth 7/3 of an asset; `mint` rounds what it asks for down.
contract RoundingVault {
    IToken public immutable token;
    mapping(address => uint256) public balanceOf;

    constructor(IToken token_) {
        token = token_;
    }

    function mint(uint256 shares) external returns (uint256 assets) {
        assets = shares * 7 / 3;
        token.transferFrom(msg.sender, address(this), assets);
        balanceOf[msg.sender] += shares;
    }

    function redeem(uint256 shares) external returns (uint256 assets) {
        assets = shares * 7 / 3;
        balanceOf[msg.sender] -= shares;
        token.transfer(msg.sender, assets);
    }
}

/// @dev A request is paid after a day; one that was left for a week is paid and stays.
contract ForgetfulQueue {
    struct Request {
        address owner;
        uint256 amount;
        uint256 at;
    }

    IToken public immutable token;
    mapping(address => uint256) public balanceOf;
    Request[] private requests;

    error TooEarly();
    error NotYours();

    event Requested(uint256 indexed id, address owner, uint256 amount);

    constructor(IToken token_) {
        token = token_;
    }

    function deposit(uint256 amount) external {
        token.transferFrom(msg.sender, address(this), amount);
        balanceOf[msg.sender] += amount;
    }

    function request(uint256 amount) external returns (uint256 id) {
        balanceOf[msg.sender] -= amount;
        id = requests.length;
        requests.push(Request(msg.sender, amount, block.timestamp));
        emit Requested(id, msg.sender, amount);
    }

    function claim(uint256 id) external {
        Request memory one = requests[id];
        if (one.owner != msg.sender) revert NotYours();
        if (block.timestamp < one.at + 1 days) revert TooEarly();
        if (block.timestamp < one.at + 7 days) delete requests[id];
        token.transfer(msg.sender, one.amount);
    }
}

/// @dev Lends USD against ETH at the price of its own pool, which one big swap moves.
contract SpotLender {
    IToken public immutable usd;
    IToken public immutable eth;
    uint256 public poolUsd;
    uint256 public poolEth;
    mapping(address => uint256) public collateral;
    mapping(address => uint256) public debt;

    error TooMuch();

    constructor(IToken usd_, IToken eth_) {
        (usd, eth) = (usd_, eth_);
    }

    function addLiquidity(uint256 usdAmount, uint256 ethAmount) external {
        require(poolUsd == 0);
        usd.transferFrom(msg.sender, address(this), usdAmount);
        eth.transferFrom(msg.sender, address(this), ethAmount);
        (poolUsd, poolEth) = (usdAmount, ethAmount);
    }

    function buyEth(uint256 usdIn) external returns (uint256 ethOut) {
        usd.transferFrom(msg.sender, address(this), usdIn);
        ethOut = poolEth * usdIn / (poolUsd + usdIn);
        (poolUsd, poolEth) = (poolUsd + usdIn, poolEth - ethOut);
        eth.transfer(msg.sender, ethOut);
    }

    function sellEth(uint256 ethIn) external returns (uint256 usdOut) {
        eth.transferFrom(msg.sender, address(this), ethIn);
        usdOut = poolUsd * ethIn / (poolEth + ethIn);
        (poolUsd, poolEth) = (poolUsd - usdOut, poolEth + ethIn);
        usd.transfer(msg.sender, usdOut);
    }

    function deposit(uint256 ethAmount) external {
        eth.transferFrom(msg.sender, address(this), ethAmount);
        collateral[msg.sender] += ethAmount;
    }

    function borrow(uint256 usdAmount) external {
        debt[msg.sender] += usdAmount;
        if (debt[msg.sender] > collateral[msg.sender] * poolUsd / poolEth * 3 / 4) revert TooMuch();
        usd.transfer(msg.sender, usdAmount);
    }
}

/// @dev Nothing is wrong with it: everybody has what he put in.
contract Honest {
    IToken public immutable token;
    mapping(address => uint256) public balanceOf;

    constructor(IToken token_) {
        token = token_;
    }

    function deposit(uint256 amount) external {
        token.transferFrom(msg.sender, address(this), amount);
        balanceOf[msg.sender] += amount;
    }

    function withdraw(uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        token.transfer(msg.sender, amount);
    }
}
