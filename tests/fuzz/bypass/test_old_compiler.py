"""S51: contracts of older compilers are read too, by their own shape of the tree."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from guardrails.fuzz.bypass.static import Verdict, read
from guardrails.fuzz.bypass.trees import Trees, load

ROOT = Path(__file__).resolve().parents[3]
OLD = """
// SPDX-License-Identifier: MIT
pragma solidity >=0.7.0 <0.8.0;

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

library TransferHelper {
    function safeTransfer(address token, address to, uint256 amount) internal {
        (bool done, ) = token.call(abi.encodeWithSelector(IToken.transfer.selector, to, amount));
        require(done, "ST");
    }
}

library Moves {
    function push(IToken token, address to, uint256 amount) internal {
        token.transfer(to, amount);
    }
}

abstract contract Base {
    IToken public token;
    address public owner;

    modifier onlyOwner() {
        require(msg.sender == owner);
        _;
    }

    function hook() external {
        _hook();
    }

    function _hook() internal virtual;
}

contract Old is Base {
    using Moves for IToken;

    receive() external payable {}

    function take(uint256 amount) external {
        token.transferFrom(msg.sender, address(this), amount);
    }

    function give(address to, uint256 amount) external {
        token.push(to, amount);
    }

    function helped(address to) external {
        TransferHelper.safeTransfer(address(token), to, 1);
    }

    function assembled(address payable to) external {
        assembly {
            let done := call(gas(), to, 1, 0, 0, 0, 0)
        }
    }

    function close(address payable to) external onlyOwner {
        selfdestruct(to);
    }

    function nothing(uint256 amount) external {
        owner = address(uint160(amount));
    }

    function _hook() internal override {
        msg.sender.transfer(1);
    }
}
"""
EXPECTED = {
    "receive()": Verdict.QUIET,
    "take(uint256)": Verdict.UNCLEAR,
    "give(address, uint256)": Verdict.BYPASS,
    "helped(address)": Verdict.BYPASS,
    "assembled(address payable)": Verdict.BYPASS,
    "close(address payable)": Verdict.BYPASS,
    "nothing(uint256)": Verdict.QUIET,
    "hook()": Verdict.BYPASS,
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    request = {
        "language": "Solidity",
        "sources": {"Old.sol": {"content": OLD}},
        "settings": {"outputSelection": {"*": {"": ["ast"]}}},
    }
    command = [str(ROOT / "tools/solc-0.7.6"), "--standard-json"]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, cwd=ROOT)
    file = tmp_path_factory.mktemp("old") / "output.json"
    file.write_text(done.stdout)
    return load(file)


def test_an_older_tree_is_read_alike(old: Trees) -> None:
    reading = read(old, "Old")
    assert {entry.function: entry.verdict for entry in reading.entries} == EXPECTED
    close = next(entry for entry in reading.entries if entry.function.startswith("close"))
    assert close.restricted == ("onlyOwner",)
    assert not reading.guarded


def test_assembly_without_a_tree_cannot_be_told(old: Trees) -> None:
    unit = json.loads(json.dumps(old.units["Old.sol"]))

    def plain(node: object) -> None:
        if isinstance(node, dict):
            if node.get("nodeType") == "InlineAssembly":
                node.pop("AST", None)
                node["operations"] = "{ let done := call(gas(), to, 1, 0, 0, 0, 0) }"
                node["externalReferences"] = [{"to": {"declaration": 1, "isOffset": False}}]
            for value in node.values():
                plain(value)
        elif isinstance(node, list):
            for value in node:
                plain(value)

    plain(unit)
    reading = read(Trees({"Old.sol": unit}, where="here"), "Old")
    verdicts = {entry.function: entry.verdict for entry in reading.entries}
    assert verdicts["assembled(address payable)"] is Verdict.UNCLEAR
