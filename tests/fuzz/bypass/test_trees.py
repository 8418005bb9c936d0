"""Syntax trees are found where projects keep them; what cannot be read is said in people's words."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from guardrails.fuzz.bypass.static import guarded_contracts, read
from guardrails.fuzz.bypass.trees import NoTrees, Trees, load

LEAKY = "tests/fuzz/bypass/contracts/Leaky.sol"


def _forge_folder(output: dict[str, Any], folder: Path) -> Path:
    """As `forge build --ast` lays it out: a file for each contract, with the tree of its source."""
    for source in output["sources"].values():
        tree = source["ast"]
        for node in tree["nodes"]:
            if node["nodeType"] == "ContractDefinition":
                file = folder / Path(tree["absolutePath"]).name / f"{node['name']}.json"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps({"abi": [], "ast": tree}))
    return folder


@pytest.fixture(scope="module")
def out(output: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _forge_folder(output, tmp_path_factory.mktemp("project") / "out")


def test_a_folder_of_forge_reads_like_the_compilers_output(out: Path, trees: Trees) -> None:
    found = read(load(out), "Helper").to_json()
    assert found == read(trees, "Helper").to_json()
    assert set(guarded_contracts(load(out))) == set(guarded_contracts(trees))


def test_one_contract_needs_only_what_it_imports(out: Path) -> None:
    some = load(out, "Minimal")
    assert LEAKY not in some.units
    assert guarded_contracts(some) == ["contracts/examples/Minimal.sol:Minimal"]
    assert read(some, "Minimal").bypasses == ()


def test_one_artefact_stands_for_its_contract(out: Path) -> None:
    [entry] = read(load(out / "Leaky.sol/Forgotten.json"), "Forgotten").bypasses
    assert entry.function == "rescue(address, uint256)"


def test_a_build_info_has_its_sources_with_it(output: dict[str, Any], tmp_path: Path) -> None:
    moved = copy.deepcopy(output)
    info = {"input": {"sources": {LEAKY: {"content": "// one line\n"}}}, "output": moved}
    file = tmp_path / "build-info" / "1.json"
    file.parent.mkdir()
    file.write_text(json.dumps(info))
    (tmp_path / "Leaky.sol").mkdir()
    (tmp_path / "Leaky.sol/Forgotten.json").write_text(json.dumps({"abi": []}))
    for path in (file, tmp_path):
        [entry] = read(load(path), "Forgotten").bypasses
        assert entry.ways[0].place == f"{LEAKY}:2"  # of the text that was given, not of the file


def test_without_the_source_the_byte_is_named(output: dict[str, Any], tmp_path: Path) -> None:
    text = json.dumps(output).replace(LEAKY, "src/Away.sol")
    file = tmp_path / "output.json"
    file.write_text(text)
    [entry] = read(load(file), "Forgotten").bypasses
    assert entry.ways[0].place.startswith("src/Away.sol (byte ")


def test_trees_of_two_compilations_are_refused(output: dict[str, Any], tmp_path: Path) -> None:
    def shifted(node: Any) -> Any:
        if isinstance(node, dict):
            return {k: v + 1 if k == "id" and isinstance(v, int) else shifted(v) for k, v in node.items()}
        return [shifted(one) for one in node] if isinstance(node, list) else node

    mixed = copy.deepcopy(output)
    mixed["sources"][LEAKY]["ast"] = shifted(mixed["sources"][LEAKY]["ast"])
    file = tmp_path / "output.json"
    file.write_text(json.dumps(mixed))
    with pytest.raises(NoTrees, match="more than one compilation") as caught:
        load(file)
    assert "--force" in caught.value.remedy


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "cannot be read as JSON"),
        pytest.param("[" * 100_000, "cannot be read as JSON: recursion limit", id="lists"),
        pytest.param('{"ast":' * 300 + "0" + "}" * 300, "cannot be read as JSON: recursion", id="trees"),
        ("[]", "the JSON is no artefact"),
        ('{"abi": []}', "the file has no syntax tree"),
        ('{"sources": {}}', "there is no syntax tree here"),
        ('{"sources": {"a.sol": {"id": 0}}}', "there is no syntax tree here"),
        ('{"contractName": "A", "ast": {"ast_type": "SourceUnit"}}', "Ape keeps syntax trees without"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: str, what: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(content)
    with pytest.raises(NoTrees, match=what) as caught:
        load(file)
    assert caught.value.where == str(file)
    assert "forge build --ast" in caught.value.remedy


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(NoTrees, match="no artefacts of forge"):
        load(tmp_path)
    (tmp_path / "A.sol").mkdir()
    (tmp_path / "A.sol/A.json").write_text('{"abi": []}')
    with pytest.raises(NoTrees, match="have no syntax trees"):
        load(tmp_path)


def test_a_contract_that_is_not_there(trees: Trees) -> None:
    with pytest.raises(NoTrees, match="there is no contract Forgoten") as caught:
        trees.contract("Forgoten")
    assert "`Forgotten`" in caught.value.remedy


def test_a_name_that_is_there_twice(output: dict[str, Any]) -> None:
    units = {path: source["ast"] for path, source in output["sources"].items()}
    twin = {
        "nodeType": "SourceUnit",
        "absolutePath": "other/Leaky.sol",
        "nodes": [
            {
                "nodeType": "ContractDefinition",
                "contractKind": "contract",
                "name": "Forgotten",
                "id": 10**9,
                "linearizedBaseContracts": [10**9],
                "nodes": [],
            }
        ],
    }
    trees = Trees({**units, "other/Leaky.sol": twin}, where="here")
    with pytest.raises(NoTrees, match="there are 2 contracts named Forgotten") as caught:
        trees.contract("Forgotten")
    assert f"{LEAKY}:Forgotten" in caught.value.remedy
    assert trees.contract("other/Leaky.sol:Forgotten")["id"] == 10**9
