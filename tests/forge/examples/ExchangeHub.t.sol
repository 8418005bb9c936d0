// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ExchangeTest} from "./Exchange.t.sol";
import {ExchangeGuardsTest} from "./ExchangeGuards.t.sol";
import {ExchangeLiquidationTest} from "./ExchangeLiquidation.t.sol";

/// @title S55: what an exchange accepts and refuses is the same on a hub, to the unit
/// forge-config: default.isolate = true
contract ExchangeOnAHubTest is ExchangeTest {
    function onHub() internal pure override returns (bool) {
        return true;
    }
}

/// @title S55: so is what its guards close
/// forge-config: default.isolate = true
contract ExchangeGuardsOnAHubTest is ExchangeGuardsTest {
    function onHub() internal pure override returns (bool) {
        return true;
    }
}

/// @title S55: and who is liquidated
/// forge-config: default.isolate = true
contract ExchangeLiquidationOnAHubTest is ExchangeLiquidationTest {
    function onHub() internal pure override returns (bool) {
        return true;
    }
}
