// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Plain} from "./Plain.sol";
import {FlowLimit} from "@axelar-network/interchain-token-service/contracts/utils/FlowLimit.sol";
import {RateLimiter as CcipRateLimiter} from "@chainlink/contracts-ccip/contracts/libraries/RateLimiter.sol";
import {RateLimiter as LayerZeroRateLimiter} from "@layerzerolabs/oapp-evm/contracts/oapp/utils/RateLimiter.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";

uint48 constant WINDOW = 1 days;

contract OpenZeppelinPausable is Plain, Pausable {
    function pay(address asset, address to, uint256 amount) external override whenNotPaused {
        _transfer(asset, to, amount);
    }
}

contract OpenZeppelinBucket is Plain {
    using RateLimiter for RateLimiter.RefillingBucket;

    RateLimiter.RefillingBucket private _limiter;

    constructor(uint208 limit) {
        _limiter.updateSettings(WINDOW, limit);
    }

    function pay(address asset, address to, uint256 amount) external override {
        _limiter.consume(bytes32(uint256(uint160(asset))), amount);
        _transfer(asset, to, amount);
    }
}

contract OpenZeppelinWindow is Plain {
    using RateLimiter for RateLimiter.SlidingWindow;

    RateLimiter.SlidingWindow private _limiter;

    constructor(uint208 limit) {
        _limiter.updateSettings(WINDOW, limit);
    }

    function pay(address asset, address to, uint256 amount) external override {
        _limiter.consume(bytes32(uint256(uint160(asset))), amount);
        _transfer(asset, to, amount);
    }
}

contract OpenZeppelinPair is Plain, Pausable {
    using RateLimiter for RateLimiter.RefillingBucket;

    RateLimiter.RefillingBucket private _limiter;

    constructor(uint208 limit) {
        _limiter.updateSettings(WINDOW, limit);
    }

    function pay(address asset, address to, uint256 amount) external override whenNotPaused {
        _limiter.consume(bytes32(uint256(uint160(asset))), amount);
        _transfer(asset, to, amount);
    }
}

/// @dev Its limits are per destination; one destination stands for the asset.
contract LayerZero is Plain, LayerZeroRateLimiter {
    constructor(uint192 limit) {
        RateLimitConfig[] memory configs = new RateLimitConfig[](1);
        configs[0] = RateLimitConfig(1, limit, uint64(WINDOW));
        _setRateLimits(configs);
    }

    function pay(address asset, address to, uint256 amount) external override {
        _outflow(1, amount);
        _transfer(asset, to, amount);
    }
}

contract Ccip is Plain {
    using CcipRateLimiter for CcipRateLimiter.TokenBucket;

    mapping(address asset => CcipRateLimiter.TokenBucket) private _buckets;

    constructor(address asset, uint128 limit) {
        _buckets[asset]._setTokenBucketConfig(CcipRateLimiter.Config(true, limit, limit / WINDOW));
    }

    function pay(address asset, address to, uint256 amount) external override {
        _buckets[asset]._consume(amount, asset);
        _transfer(asset, to, amount);
    }
}

/// @dev One limit a contract.
contract Axelar is Plain, FlowLimit {
    constructor(uint256 limit) {
        _setFlowLimit(limit, bytes32(0));
    }

    function pay(address asset, address to, uint256 amount) external override {
        _addFlowOut(amount);
        _transfer(asset, to, amount);
    }
}
