"""npm's WebAssembly compiler behind the command line that Ape, py-solc-x and forge call."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def compile_json(sources: dict[str, str], *options: str, name: str = "solc") -> dict[str, object]:
    """Standard JSON through the front end, WebAssembly even where a native compiler is installed."""
    settings = {"outputSelection": {"*": {"*": ["evm.bytecode.object"]}}}
    content = {path: {"content": text} for path, text in sources.items()}
    request = json.dumps({"language": "Solidity", "sources": content, "settings": settings})
    done = subprocess.run(
        [ROOT / "tools" / name, "--standard-json", *options],
        input=request,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"GUARDRAILS_SOLC_JS": "1"},
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


class TestSolc:
    def test_an_input_of_three_megabytes(self) -> None:
        source = "pragma solidity ^0.8.28; /*" + "x" * 1_000_000 + "*/ contract C%d {}"
        answer = compile_json({f"S{i}.sol": source % i for i in range(3)})
        assert list(answer["contracts"]) == ["S0.sol", "S1.sol", "S2.sol"]  # type: ignore[call-overload]

    @pytest.mark.parametrize("name", ["solc", "solc-0.7.6"])
    def test_imports_are_read_from_the_base_path(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "lib").mkdir()
        (tmp_path / "lib/B.sol").write_text("pragma solidity >=0.7.6; contract B {}")
        source = 'pragma solidity >=0.7.6; import "lib/B.sol"; contract A is B {}'
        answer = compile_json({"A.sol": source}, "--base-path", str(tmp_path), name=name)
        assert sorted(answer["contracts"]) == ["A.sol", "lib/B.sol"]  # type: ignore[call-overload]

    def test_openzeppelin_is_found_from_ape_s_copy_of_the_contracts(self, tmp_path: Path) -> None:
        path = "node_modules/@openzeppelin/contracts/utils/Panic.sol"
        source = f'pragma solidity ^0.8.28; import "{path}"; contract A {{}}'
        answer = compile_json({"A.sol": source}, "--base-path", str(tmp_path))
        assert path in answer["contracts"]  # type: ignore[operator]

    def test_an_import_that_is_nowhere_is_named(self) -> None:
        answer = compile_json({"A.sol": 'pragma solidity ^0.8.28; import "nowhere.sol"; contract A {}'})
        assert "nowhere.sol" in json.dumps(answer["errors"])
        assert "contracts" not in answer

    def test_what_it_cannot_do_it_says(self) -> None:
        environment = os.environ | {"GUARDRAILS_SOLC_JS": "1"}
        done = subprocess.run([ROOT / "tools/solc", "--asm"], capture_output=True, text=True, env=environment)
        assert done.returncode == 1
        assert "only --version and --standard-json" in done.stderr
