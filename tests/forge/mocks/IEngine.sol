// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICaps} from "../../../contracts/guards/caps/ICaps.sol";
import {Exposure} from "../../../contracts/guards/caps/CapWord.sol";
import {GuardWord} from "../../../contracts/guards/GuardWord.sol";
import {IBlocklist} from "../../../contracts/guards/blocklist/IBlocklist.sol";
import {ILevel} from "../../../contracts/guards/level/ILevel.sol";
import {ILock} from "../../../contracts/guards/lock/ILock.sol";
import {IOracle} from "../../../contracts/guards/oracle/IOracle.sol";
import {Fault} from "../../../contracts/guards/oracle/PriceTypes.sol";
import {IOutflow} from "../../../contracts/guards/outflow/IOutflow.sol";
import {IOverride} from "../../../contracts/guards/override/IOverride.sol";
import {IPause} from "../../../contracts/guards/pause/IPause.sol";
import {IResume} from "../../../contracts/guards/resume/IResume.sol";
import {IRoles} from "../../../contracts/guards/roles/IRoles.sol";
import {ISettlement} from "../../../contracts/guards/settlement/ISettlement.sol";
import {Guard, Rank} from "../../../contracts/guards/Types.sol";

/// @title All that a guarded protocol answers to roles, governance and anyone
interface IEngine is
    IBlocklist,
    IPause,
    ILevel,
    ILock,
    IOracle,
    IOutflow,
    IOverride,
    IResume,
    IRoles,
    ISettlement,
    ICaps
{
    error CapNotSet(Exposure kind, address asset);
    error CapExceeded(Exposure kind, address asset, uint256 wanted, uint256 cap);
    error AmountTooLarge(uint256 amount);
    error GraceOutOfBounds(uint256 grace, uint256 maximum);
    error NothingToCleanUp(Rank rank);
    error OperationClosed(uint16 operation, uint256 until);
    error AlreadyInitialised();
    error Unauthorised(address account, Rank required);
    error InvalidGovernance(address governance);
    error MustBeScheduled(bytes4 selector, uint256 delay);
    error SelectorAbdicated(bytes4 selector);
    error Locked(bytes32 subject, uint256 until);
    error DepositTooYoung(address account, uint256 removableAt);
    error OracleNotConfigured(address asset);
    error PriceUnusable(address asset, uint16 operation, Fault fault, uint256 price);
    error SettlementNotSet();
    error ClaimNotBacked(address asset, uint256 amount, uint256 missing);

    error AccountIsBlocked(address account, uint256 until);
    error SelectorIsBlocked(bytes4 selector, uint256 until);

    event LiquidationGraceSet(uint256 previous, uint256 grace);
    event CleanedUp(Rank indexed rank, address indexed by);
    event ShadowChanged(Guard indexed guard, bool previous, bool shadow);
    event GovernanceSet(address indexed previous, address indexed governance);
    event ClaimCreated(
        uint256 indexed id, address indexed owner, address indexed asset, uint256 amount, uint256 readyAt
    );

    function isOpen(uint16 operation) external view returns (bool);
    function pausedUntil(uint16 operation) external view returns (uint256);
    function liquidationGrace() external view returns (uint256);
    function setLiquidationGrace(uint256 grace) external;
    function cleanUp(Rank rank) external;
    function guardWord() external view returns (GuardWord);
    function inShadow(Guard guard) external view returns (bool);
    function setShadow(Guard guard, bool shadow) external;
}
