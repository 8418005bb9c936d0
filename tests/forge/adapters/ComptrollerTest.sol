// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardedComptroller} from "../../../contracts/adapters/GuardedComptroller.sol";
import {IComptrollerHooks} from "../../../contracts/adapters/ICompound.sol";
import {GuardrailHub} from "../../../contracts/GuardrailHub.sol";
import {OutflowCore} from "../../../contracts/guards/outflow/OutflowCore.sol";
import {OutflowWord} from "../../../contracts/guards/outflow/OutflowWord.sol";
import {EngineTest} from "../mocks/EngineTest.sol";
import {IEngine} from "../mocks/IEngine.sol";
import {Token} from "../mocks/Token.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What stood there before: lists markets, says yes or a code, counts what it is asked. Real ones: `test_venus.py`
contract PlainComptroller {
    error Refused();

    struct Market {
        bool isListed;
        uint256 collateralFactor;
        bool isRewarded;
    }

    // first in storage, as in the proxy
    address public implementation;
    mapping(address market => Market) public markets;
    uint256 public code;
    bool public reverts;
    uint256 public asked;
    bytes public last;

    function support(address market) external {
        markets[market] = Market(true, 7e17, false);
    }

    function answer(uint256 code_, bool reverts_) external {
        (code, reverts) = (code_, reverts_);
    }

    function isComptroller() external pure returns (bool) {
        return true;
    }

    fallback() external {
        if (reverts) revert Refused();
        (asked, last) = (asked + 1, msg.data);
        bytes memory said = abi.encode(code);
        assembly ("memory-safe") {
            return(add(said, 32), 32)
        }
    }
}

/// @notice The market's own proxy, to which everything is asked and in whose storage all is.
contract Unitroller {
    address public implementation;

    constructor(address implementation_) {
        implementation = implementation_;
    }

    function become(address implementation_) external {
        implementation = implementation_;
    }

    fallback() external {
        (bool success, bytes memory said) = implementation.delegatecall(msg.data);
        assembly ("memory-safe") {
            if iszero(success) { revert(add(said, 32), mload(said)) }
            return(add(said, 32), mload(said))
        }
    }
}

/// @notice A market that asks as Compound's do, and believes every account to own what it names.
contract Market {
    error Rejected(uint256 code);

    address internal immutable _ASSET;
    IComptrollerHooks internal immutable comptroller;
    bool internal immutable _NATIVE;

    constructor(IComptrollerHooks comptroller_, address asset_, bool native) {
        (comptroller, _ASSET, _NATIVE) = (comptroller_, asset_, native);
    }

    function underlying() external view returns (address) {
        require(!_NATIVE);
        return _ASSET;
    }

    function mint(uint256 amount) external {
        _require(comptroller.mintAllowed(address(this), msg.sender, amount));
        IERC20(_ASSET).transferFrom(msg.sender, address(this), amount);
        comptroller.mintVerify(address(this), msg.sender, amount, 50 * amount);
    }

    /// @param tokens what the shares are, by the market's rounding
    function redeem(uint256 amount, uint256 tokens) public {
        _require(comptroller.redeemAllowed(address(this), msg.sender, tokens));
        IERC20(_ASSET).transfer(msg.sender, amount);
        comptroller.redeemVerify(address(this), msg.sender, amount, tokens);
    }

    function borrow(uint256 amount) public {
        _require(comptroller.borrowAllowed(address(this), msg.sender, amount));
        IERC20(_ASSET).transfer(msg.sender, amount);
    }

    function repay(address borrower, uint256 amount) external {
        _require(comptroller.repayBorrowAllowed(address(this), msg.sender, borrower, amount));
        IERC20(_ASSET).transferFrom(msg.sender, address(this), amount);
        comptroller.repayBorrowVerify(address(this), msg.sender, borrower, amount, 1e18);
    }

    function seize(address liquidator, address borrower, uint256 tokens) external {
        _require(comptroller.seizeAllowed(address(this), msg.sender, liquidator, borrower, tokens));
    }

    function transfer(address to, uint256 tokens) external {
        _require(comptroller.transferAllowed(address(this), msg.sender, to, tokens));
    }

    /// @dev A flash: in and out again in one transaction.
    function turn(uint256 amount) external {
        comptroller.mintVerify(address(this), msg.sender, amount, 0);
        borrow(amount);
    }

    function _require(uint256 code) private pure {
        if (code != 0) revert Rejected(code);
    }
}

/// @notice A hub whose member is the Unitroller of a market, with the guarded comptroller behind it.
abstract contract ComptrollerTest is EngineTest {
    GuardrailHub internal hub;
    PlainComptroller internal inner;
    Unitroller internal unitroller;
    GuardedComptroller internal guarded;
    Market internal market;
    Token internal coin;
    Market internal nativeMarket;

    function setUp() public virtual override {
        super.setUp();
        hub = new GuardrailHub(controls, deployer);
        engine = IEngine(address(hub));
        inner = new PlainComptroller();
        unitroller = new Unitroller(address(inner));
        coin = new Token();
        market = new Market(IComptrollerHooks(address(unitroller)), address(token), false);
        nativeMarket = new Market(IComptrollerHooks(address(unitroller)), address(coin), true);
        _comptroller().support(address(market));
        _comptroller().support(address(nativeMarket));
        guarded = new GuardedComptroller(hub, address(inner), address(nativeMarket), address(coin));
        unitroller.become(address(guarded));
        _configure(engine);
        vm.startPrank(deployer);
        engine.setLimit(address(token), _refused());
        engine.setLimit(address(coin), _refused());
        hub.setMember(address(unitroller), true);
        vm.stopPrank();
        _seal(engine);
        token.mint(address(market), 10 * LIMIT);
        coin.mint(address(nativeMarket), 10 * LIMIT);
    }

    /// @return word 100 tokens a day, refused beyond
    function _refused() internal pure returns (OutflowWord word) {
        uint256 mode = uint256(1) << 253;
        return OutflowWord.wrap(OutflowWord.unwrap(_queued()) & ~(uint256(7) << 253) | mode);
    }

    /// @dev What was there before, through the proxy.
    function _comptroller() internal view returns (PlainComptroller) {
        return PlainComptroller(address(unitroller));
    }

    function _hooks() internal view returns (IComptrollerHooks) {
        return IComptrollerHooks(address(unitroller));
    }

    function _used() internal view returns (uint256) {
        return LIMIT - engine.available(address(token));
    }

    function _expectOver(uint256 amount, uint256 left, uint256 retryAt) internal {
        vm.expectRevert(
            abi.encodeWithSelector(OutflowCore.OutflowLimitExceeded.selector, address(token), amount, left, retryAt)
        );
    }
}
