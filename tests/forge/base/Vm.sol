// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Forge's cheat codes, as far as this repository uses them
/// @notice The real `forge-std` is not published on npm, and forge itself needs only this interface at a
/// known address. Semantics: Foundry book, "Cheatcodes reference".
interface Vm {
    /// @notice One recorded event: `topics[0]` is the signature's hash unless the event is anonymous.
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    // ---- time and blocks ------------------------------------------------------------------------------
    /// @param timestamp seconds since 1970
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;
    function chainId(uint256 id) external;
    function fee(uint256 baseFeeWei) external;
    function txGasPrice(uint256 gasPriceWei) external;
    /// @notice Read through the cheat code where the optimizer would move `block.timestamp` over a `warp`.
    function getBlockTimestamp() external view returns (uint256 timestamp);
    function getBlockNumber() external view returns (uint256 number);

    // ---- callers --------------------------------------------------------------------------------------
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function startPrank(address sender) external;
    function startPrank(address sender, address origin) external;
    function stopPrank() external;

    // ---- state ----------------------------------------------------------------------------------------
    function deal(address account, uint256 balanceWei) external;
    function etch(address account, bytes calldata runtimeCode) external;
    function store(address account, bytes32 slot, bytes32 value) external;
    function load(address account, bytes32 slot) external view returns (bytes32 value);
    function setNonce(address account, uint64 nonce) external;
    function getNonce(address account) external view returns (uint64 nonce);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool done);
    /// @notice Starts recording which slots are read and written; read them with `accesses`.
    function record() external;
    function accesses(address account) external returns (bytes32[] memory reads, bytes32[] memory writes);
    /// @notice Makes every slot and address cold again, as at the start of a transaction.
    function cool(address account) external;

    // ---- expectations ---------------------------------------------------------------------------------
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata wholeRevertData) external;
    function expectRevert(address reverter) external;
    function expectRevert(bytes4 selector, address reverter) external;
    function expectRevert(bytes calldata wholeRevertData, address reverter) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectEmit() external;
    function expectEmit(address emitter) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectCall(address callee, bytes calldata data, uint64 count) external;

    // ---- events ---------------------------------------------------------------------------------------
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);

    // ---- replies in place of a contract ---------------------------------------------------------------
    function mockCall(address callee, bytes calldata data, bytes calldata returnData) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function clearMockedCalls() external;

    // ---- keys and names -------------------------------------------------------------------------------
    function addr(uint256 privateKey) external pure returns (address account);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function label(address account, string calldata name) external;
    function toString(uint256 value) external pure returns (string memory text);
    function toString(int256 value) external pure returns (string memory text);
    function toString(address value) external pure returns (string memory text);
    function toString(bytes32 value) external pure returns (string memory text);
    function toString(bytes calldata value) external pure returns (string memory text);

    // ---- artefacts ------------------------------------------------------------------------------------
    /// @param what `File.sol` or `File.sol:Name`
    function getCode(string calldata what) external view returns (bytes memory creationCode);
    function getDeployedCode(string calldata what) external view returns (bytes memory runtimeCode);
    /// @notice Deploys what `getCode` finds.
    function deployCode(string calldata what) external returns (address deployed);
    function deployCode(string calldata what, bytes calldata constructorArgs) external returns (address deployed);
    function readFile(string calldata path) external view returns (string memory text);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256 value);

    // ---- fuzzing and gas ------------------------------------------------------------------------------
    /// @notice Throws this fuzz input away when the condition does not hold.
    function assume(bool condition) external pure;
    function pauseGasMetering() external;
    function resumeGasMetering() external;
    /// @notice Cheat codes that a broadcast or a nested test contract may call.
    function allowCheatcodes(address account) external;
    function skip(bool skipTest) external;

    // ---- foreign code (off unless a profile allows it) --------------------------------------------------
    function ffi(string[] calldata command) external returns (bytes memory output);
    function envOr(string calldata name, uint256 fallbackValue) external view returns (uint256 value);
    function envOr(string calldata name, string calldata fallbackValue) external view returns (string memory value);
}
