// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Op, Rank} from "../../../contracts/guards/Types.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {Governor, IGovernor} from "@openzeppelin/contracts/governance/Governor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes, IVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

contract VoteToken is ERC20, ERC20Votes {
    constructor(address holder) ERC20("Vote", "VOTE") EIP712("Vote", "1") {
        _mint(holder, 100);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }
}

contract Dao is Governor, GovernorCountingSimple, GovernorVotes, GovernorTimelockControl {
    constructor(IVotes votes, TimelockController timelock)
        Governor("Dao")
        GovernorVotes(votes)
        GovernorTimelockControl(timelock)
    {}

    function votingDelay() public pure override returns (uint256) {
        return 1;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 10;
    }

    function quorum(uint256) public pure override returns (uint256) {
        return 1;
    }

    function state(uint256 id) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(id);
    }

    function proposalNeedsQueuing(uint256 id) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function _queueOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calls,
        bytes32 description
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(id, targets, values, calls, description);
    }

    function _executeOperations(
        uint256 id,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calls,
        bytes32 description
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(id, targets, values, calls, description);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calls, bytes32 description)
        internal
        override(Governor, GovernorTimelockControl)
        returns (uint256)
    {
        return super._cancel(targets, values, calls, description);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}

/// @title A wallet that is a contract, as plain as one can be
contract Wallet {
    address private immutable owner = msg.sender;

    function run(address to, bytes calldata call) external returns (bytes memory) {
        require(msg.sender == owner, "not the owner");
        (bool done, bytes memory returned) = to.call(call);
        require(done, "refused");
        return returned;
    }
}

/// @title The override under a contract wallet and under OpenZeppelin's Governor with TimelockController
contract GovernorsTest is EngineTest {
    uint256 private constant TIMELOCK = 1 days;
    Dao private dao;
    TimelockController private timelock;

    function _handOver(address to) private {
        bytes memory call = abi.encodeCall(engine.setGovernance, (to));
        _govern(call);
        governance = to;
    }

    function _makeDao() private {
        VoteToken votes = new VoteToken(alice);
        vm.prank(alice);
        votes.delegate(alice);
        vm.roll(vm.getBlockNumber() + 1);
        address[] memory none = new address[](0);
        address[] memory anyone = new address[](1);
        timelock = new TimelockController(TIMELOCK, none, anyone, address(this));
        dao = new Dao(votes, timelock);
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(dao));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
    }

    /// @dev Proposes, votes, queues and executes one call of the engine.
    function _vote(bytes memory call) private {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) = _proposal(call);
        vm.prank(alice);
        uint256 id = dao.propose(targets, values, calls, "proposal");
        vm.roll(vm.getBlockNumber() + 2);
        vm.prank(alice);
        dao.castVote(id, 1);
        vm.roll(vm.getBlockNumber() + 11);
        dao.queue(targets, values, calls, keccak256("proposal"));
        skip(TIMELOCK);
        dao.execute(targets, values, calls, keccak256("proposal"));
    }

    function _proposal(bytes memory call)
        private
        view
        returns (address[] memory targets, uint256[] memory values, bytes[] memory calls)
    {
        (targets, values, calls) = (new address[](1), new uint256[](1), new bytes[](1));
        (targets[0], calls[0]) = (address(engine), call);
    }

    function test_AGovernorWithItsTimelockLoosensAndTightens() public {
        _makeDao();
        _handOver(address(timelock));
        bytes memory call = abi.encodeCall(engine.setHolder, (bob, Rank.GUARDIAN));
        _vote(abi.encodeCall(engine.schedule, (call)));
        (uint256 executableAt,) = engine.overrideOf(keccak256(call));
        assertEq(executableAt, _now() + DELAY);
        vm.warp(executableAt - 1);
        vm.expectRevert();
        _execute(call);
        vm.warp(executableAt);
        _execute(call);
        assertEq(uint256(engine.rankOf(bob)), uint256(Rank.GUARDIAN));
        _vote(abi.encodeCall(engine.pause, (Op.WITHDRAW, 30 days, "voted")));
        assertFalse(engine.isOpen(Op.WITHDRAW));
        _vote(abi.encodeCall(engine.unpause, (Op.WITHDRAW, "voted")));
        assertTrue(engine.isOpen(Op.WITHDRAW));
    }

    function test_AGovernorCannotSkipTheDelay() public {
        _makeDao();
        _handOver(address(timelock));
        bytes memory call = abi.encodeCall(engine.setHolder, (bob, Rank.GUARDIAN));
        vm.expectRevert();
        this.vote(call);
        assertEq(uint256(engine.rankOf(bob)), uint256(Rank.NONE));
    }

    function vote(bytes calldata call) external {
        _vote(call);
    }

    function test_AContractWalletGoverns() public {
        Wallet wallet = new Wallet();
        _handOver(address(wallet));
        bytes memory call = abi.encodeCall(engine.setHolder, (bob, Rank.GUARDIAN));
        wallet.run(address(engine), abi.encodeCall(engine.schedule, (call)));
        skip(DELAY);
        _execute(call);
        assertEq(uint256(engine.rankOf(bob)), uint256(Rank.GUARDIAN));
        wallet.run(address(engine), abi.encodeCall(engine.setHolder, (bob, Rank.NONE)));
        assertEq(uint256(engine.rankOf(bob)), uint256(Rank.NONE));
        vm.expectRevert();
        vm.prank(attacker);
        wallet.run(address(engine), abi.encodeCall(engine.schedule, (call)));
    }
}
