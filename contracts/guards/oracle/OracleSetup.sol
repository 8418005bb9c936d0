// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Op} from "../Types.sol";
import {IOracle} from "./IOracle.sol";
import {OracleCore} from "./OracleCore.sol";
import {PriceMath} from "./PriceMath.sol";
import {AnchorRule, PriceBackup, PriceRule, PriceState, Trip} from "./PriceTypes.sol";

/// @title OracleSetup: what an oracle may be configured to be
///
/// For `Oracle`, where governance asks, and for the constructor of a host that brings its own first oracle.
abstract contract OracleSetup is OracleCore {
    function _setOracle(
        address asset,
        PriceRule memory rule,
        PriceBackup memory backup,
        AnchorRule memory follow,
        uint256 anchor
    ) internal {
        if (!_isValid(rule, backup, follow)) revert IOracle.InvalidOracle(asset);
        AssetOracle storage o = _oracle().oracles[asset];
        (o.rule, o.backup, o.follow) = (rule, backup, follow);
        emit IOracle.OracleSet(asset, rule, backup, follow);
        _setReference(asset, anchor);
    }

    function _setReference(address asset, uint256 anchor) internal {
        if (anchor == 0 || anchor > type(uint128).max) revert IOracle.InvalidAnchor(asset, anchor);
        PriceState storage s = _oracle().oracles[asset].state;
        emit IOracle.ReferenceSet(asset, s.anchor, anchor);
        (s.anchor, s.trip) = (uint128(anchor), Trip.NORMAL);
        (s.anchoredAt, s.since) = (uint32(block.timestamp), uint32(block.timestamp));
    }

    /// @dev A last good price may free a user, but nothing is lent on a price that nobody confirms now.
    function _isValid(PriceRule memory rule, PriceBackup memory backup, AnchorRule memory follow)
        internal
        view
        returns (bool)
    {
        uint256 all = PriceMath.BPS;
        bool paired = (rule.deviationBps == 0) == (address(backup.second) == address(0));
        bool sourced = address(rule.source).code.length != 0 && address(rule.source) != address(backup.second)
            && (rule.deviationBps == 0 || address(backup.second).code.length != 0);
        bool banded = rule.thresholdBps < all && rule.deviationBps < all && backup.liquidationBps < all
            && follow.calmBps < rule.thresholdBps && follow.driftBps <= rule.thresholdBps;
        bool safe = rule.lastGoodUses & (Op.BORROW | Op.REMOVE_COLLATERAL | Op.MINT) == 0
            && rule.lastGoodUses & rule.capUses == 0;
        return paired && sourced && banded && safe && rule.maxAge != 0;
    }
}
