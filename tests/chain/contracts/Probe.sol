// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice One function for each thing that the backends of `guardrails.chain` must agree on.
contract Probe {
    struct Context {
        uint256 number;
        uint256 timestamp;
        uint256 chainId;
        address sender;
        address origin;
        uint256 value;
        uint256 baseFee;
        uint256 gasPrice;
        uint256 gasLimit;
        address coinbase;
        uint256 balance;
    }

    error Bad(address who, uint256 value);
    error Nested(Context context, bytes payload);

    event Plain(uint256 value, string text);
    event Indexed(address indexed who, uint256 indexed id, bytes32 indexed tag, bytes data);
    event Hashed(string indexed text, uint256[] list);
    event Nameless(uint256 indexed value) anonymous;
    event Received(address from, uint256 value);

    uint256 public stored;
    Child[] public children;

    constructor(uint256 initial) payable {
        if (initial == 666) revert Bad(msg.sender, initial);
        stored = initial;
    }

    receive() external payable {
        emit Received(msg.sender, msg.value);
    }

    // Returns

    function echo(bytes calldata data) external pure returns (bytes memory) {
        return data;
    }

    function context() public payable returns (Context memory) {
        return Context(
            block.number,
            block.timestamp,
            block.chainid,
            msg.sender,
            tx.origin,
            msg.value,
            block.basefee,
            tx.gasprice,
            block.gaslimit,
            block.coinbase,
            address(this).balance
        );
    }

    /// @dev Overloaded on purpose.
    function store(uint256 value) public returns (uint256 previous) {
        previous = stored;
        stored = value;
        emit Plain(value, "stored");
    }

    function store(uint256 value, string calldata text) external {
        stored = value;
        emit Plain(value, text);
    }

    // Refusals

    function failCustom(uint256 value) external {
        stored = value;
        revert Bad(msg.sender, value);
    }

    function failNested(bytes calldata payload) external {
        revert Nested(context(), payload);
    }

    function failText(string calldata text) external pure {
        revert(text);
    }

    function failBare() external pure {
        revert();
    }

    function failPanic(uint256 value) external pure returns (uint256) {
        return value - type(uint256).max;
    }

    function failInvalid() external pure {
        assembly {
            invalid()
        }
    }

    function burn() external view {
        while (gasleft() > 0) {}
    }

    // Events

    function emitIndexed(uint256 id, bytes32 tag, bytes calldata data) external {
        emit Indexed(msg.sender, id, tag, data);
        emit Indexed(address(this), id + 1, tag, data);
    }

    function emitHashed(string calldata text, uint256[] calldata list) external {
        emit Hashed(text, list);
        emit Nameless(list.length);
    }

    // Transient storage

    function setTransient(uint256 value) public returns (uint256 previous) {
        assembly {
            previous := tload(0)
            tstore(0, value)
        }
    }

    /// @dev What a nested call of the same transaction sees.
    function setTransientTwice(uint256 value) external returns (uint256 first, uint256 second) {
        first = setTransient(value);
        second = this.setTransient(value + 1);
        store(second);
    }

    function setTransientAndFail(uint256 value) external {
        setTransient(value);
        revert Bad(msg.sender, value);
    }

    // Calls, creation, money

    function relay(address to, bytes calldata data) external payable returns (bytes memory) {
        (bool ok, bytes memory out) = to.call{value: msg.value}(data);
        if (!ok) {
            assembly {
                revert(add(out, 32), mload(out))
            }
        }
        return out;
    }

    /// @dev The refusal inside is undone, what is around it stays.
    function attempt(address to, bytes calldata data) external returns (bool ok, bytes memory out) {
        stored += 1;
        (ok, out) = to.call(data);
        emit Plain(stored, ok ? "ok" : "refused");
    }

    function create(uint256 value) external payable returns (address made) {
        Child child = new Child{value: msg.value}(value);
        children.push(child);
        emit Indexed(address(child), value, bytes32(0), "");
        return address(child);
    }

    function createAt(bytes32 salt, uint256 value) external returns (address) {
        return address(new Child{salt: salt}(value));
    }

    function destroy(address child, address payable to) external {
        Child(child).destroy(to);
    }
}

contract Child {
    uint256 public immutable value;

    constructor(uint256 given) payable {
        require(given != 13, "unlucky");
        value = given;
    }

    function destroy(address payable to) external {
        selfdestruct(to);
    }
}
