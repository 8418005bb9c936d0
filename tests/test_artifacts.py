"""What the wheel ships is what the sources in this commit compile to, and loading it is light."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from guardrails import artifacts
from guardrails.artifacts import Artifact
from guardrails.errors import GuardrailsError

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_build_artifacts", ROOT / "tools/build_artifacts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def fresh(builder: ModuleType) -> dict[str, str]:
    texts: dict[str, str] = builder.build()
    return texts


def test_a_fresh_compile_gives_the_committed_bytes(builder: ModuleType, fresh: dict[str, str]) -> None:
    assert builder.differences(fresh) == []


def test_every_artefact_loads(fresh: dict[str, str]) -> None:
    assert artifacts.names() == tuple(sorted(fresh))
    for name, text in fresh.items():
        raw, artifact = json.loads(text), artifacts.load(name)
        assert artifact.name == name
        assert "0x" + artifact.bytecode.hex() == raw["bytecode"]
        assert artifact.abi == tuple(raw["abi"])
        assert artifact.compiler.startswith("0.8.37+commit.")
        assert artifact.settings["evmVersion"] == "cancun"
        assert len(artifact.deployed_bytecode) <= 24_576, "over the EIP-170 size"


def test_differences_are_named(builder: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "Changed.json").write_text('{\n "bytecode": "0x00"\n}\n')
    (tmp_path / "Gone.json").write_text("{}\n")
    texts = {"Changed": '{\n "bytecode": "0x01"\n}\n', "New": "{}\n"}
    lines = builder.differences(texts, tmp_path)
    assert [line.split(":")[0] for line in lines] == ["New.json", "Gone.json", "Changed.json"]
    assert "bytecode" in lines[2]


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(GuardrailsError) as caught:
        artifacts.load("Guardrial")
    assert "Guardrial" in str(caught.value)
    assert "make artifacts" in caught.value.remedy


def test_loading_is_light() -> None:
    code = "import sys, guardrails.artifacts as a; a.names(); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("ape", "web3", "pydantic", "eth_abi", "pyrevm"):
        assert f"'{heavy}'" not in done.stdout


class TestCodeOnChain:
    artifact = Artifact(
        name="Example",
        source="Example.sol",
        abi=(),
        bytecode=b"",
        deployed_bytecode=bytes.fromhex("60" + "00" * 32 + "f3"),
        immutable_references={"Example.LIMIT": ((1, 32),)},
        compiler="",
        settings={},
        source_hash="",
    )
    filled = bytes.fromhex("60" + "00" * 31 + "2a" + "f3")

    def test_immutables_do_not_count(self) -> None:
        assert self.artifact.matches(self.filled)
        assert self.artifact.matches(self.artifact.deployed_bytecode)

    @pytest.mark.parametrize("code", [b"", filled + b"\0", filled[:-1] + b"\xf4", b"\x61" + filled[1:]])
    def test_any_other_byte_does(self, code: bytes) -> None:
        assert not self.artifact.matches(code)

    def test_an_immutable_can_be_read(self) -> None:
        assert int.from_bytes(self.artifact.immutable("Example.LIMIT", self.filled)) == 42
        with pytest.raises(KeyError):
            self.artifact.immutable("Example.OTHER", self.filled)


OWN = artifacts.load("Minimal")
CREATION, RUNTIME = "0x" + OWN.bytecode.hex(), "0x" + OWN.deployed_bytecode.hex()


@pytest.mark.parametrize(
    "words",
    [
        {"bytecode": {"object": CREATION}, "deployedBytecode": {"object": RUNTIME}},
        {"contractName": "MyOwn", "bytecode": CREATION, "deployedBytecode": RUNTIME},
        {"deploymentBytecode": {"bytecode": CREATION}, "runtimeBytecode": {"bytecode": RUNTIME}},
    ],
    ids=["forge", "hardhat", "ape"],
)
def test_a_contract_of_ones_own(words: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "MyOwn.json"
    file.write_text(json.dumps({"abi": OWN.abi} | words))
    own = artifacts.read(file)
    assert (own.name, own.abi, own.bytecode) == ("MyOwn", OWN.abi, OWN.bytecode)
    assert own.deployed_bytecode == OWN.deployed_bytecode
    # where immutables go is read off the code, and is what the compiler said
    known = sorted(place for places in OWN.immutable_references.values() for place in places)
    assert known
    assert list(own.immutable_references["immutables"]) == known


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (None, "there is no such file"),
        ("{", "it cannot be read"),
        ("[]", "it has no ABI"),
        ('{"abi": ["x"]}', "it has no ABI"),
        ('{"abi": []}', "it holds an ABI without code"),
        ('{"abi": [], "bytecode": {"object": "0x"}}', "it holds an ABI without code"),
        (
            '{"abi": [], "bytecode": "0x60__$ab$__", "deployedBytecode": "0x60"}',
            "libraries without an address",
        ),
        ('{"abi": [], "bytecode": "0x6", "deployedBytecode": "0x60"}', "not hexadecimal"),
    ],
)
def test_a_file_that_is_no_contract(text: str | None, what: str, tmp_path: Path) -> None:
    file = tmp_path / "MyOwn.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(GuardrailsError, match=what) as caught:
        artifacts.read(file)
    assert caught.value.where == str(file)
    assert caught.value.remedy
