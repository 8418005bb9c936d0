"""What programs wrote into the documents is what they would write now."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from guardrails.cli import main

from .fences import ROOT


def tool(name: str) -> ModuleType:
    """A program of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "tools")  # they import each other by name
        spec.loader.exec_module(module)
    return module


def test_the_readmes_figures_are_the_measured_ones() -> None:
    figures = tool("readme_figures")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == figures.with_blocks(readme, figures.blocks()), "run: python tools/readme_figures.py"


def test_the_figures_of_the_other_pages_are_the_measured_ones() -> None:
    figures = tool("readme_figures")
    pages = {page: found for page, found in figures.targets().items() if page != figures.README}
    assert len(pages) >= 5
    for page, found in pages.items():
        text = page.read_text(encoding="utf-8")
        assert text == figures.with_blocks(text, found), f"{page.name}: run: python tools/readme_figures.py"


def test_the_loss_in_the_readmes_text() -> None:
    stolen = json.loads((ROOT / "docs/img/nomad.json").read_text())["unguarded"]["lost_usd"]
    assert f"${stolen / 1e6:.1f} M in five tokens" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_another_figure_would_be_noticed() -> None:
    figures = tool("readme_figures")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    summary = json.loads(figures.DEMO.read_text())
    summary["guarded"]["lost_usd"] += 1
    assert readme != figures.with_blocks(readme, figures.blocks() | {"demo": figures.demo_table(summary)})
    with pytest.raises(ValueError, match="markers of `other`"):
        figures.with_blocks(readme, {"other": ""})


def test_a_run_of_the_demo_gives_the_readmes_figures(tmp_path: Path) -> None:
    """All but how long it took, and where."""
    words = [
        "drill",
        "nomad",
        "--json",
        "--out",
        str(tmp_path),
        "--policy",
        str(ROOT / "examples/bridge/guardrails.yaml"),
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output

    def comparable(text: str) -> dict[str, Any]:
        return {k: v for k, v in json.loads(text).items() if k not in ("wall_seconds", "commit")}

    committed = (ROOT / "docs/img/nomad.json").read_text()
    remedy = "run: make demo, then python tools/readme_figures.py --refresh"
    assert comparable((tmp_path / "summary.json").read_text()) == comparable(committed), remedy


def test_the_gas_table_has_every_row_of_the_benchmark() -> None:
    rows = json.loads((ROOT / "docs/gas.json").read_text())["rows"]
    ours = {row["name"] for row in rows if not row["peer"]}
    assert {"pause", "outflow", "pause+outflow", "engine", "hub"} <= ours
    assert any(row["peer"] for row in rows)
    bench = (ROOT / "bench/gas.py").read_text()
    for row in rows:
        assert re.search(rf'\brow\(\s*"{re.escape(row["name"])}"', bench), row["name"]


def test_the_listed_tests_show_their_scenario() -> None:
    """A new test need not be listed at once; a listed one must still be there and name its scenario."""
    scenarios = tool("scenarios")
    pattern = r"^\| (S\d+b?) \| (.+?) \| (.*) \| (.*?) \|$"
    rows = re.findall(pattern, scenarios.PAGE.read_text(), flags=re.MULTILINE)
    texts = {name: text for part in scenarios.SCENARIOS.values() for name, text in part.items()}
    assert {name: text for name, text, _, _ in rows} == texts, "run: python tools/scenarios.py"
    now = scenarios.files()
    for name, _, cell, _ in rows:
        listed = {(scenarios.PAGE.parent / link).resolve() for link in re.findall(r"\]\((.*?)\)", cell)}
        assert listed <= set(now[name]), name
        assert listed or cell == scenarios.NOT_BUILT[name]


def test_every_scenario_has_a_test_or_a_reason() -> None:
    scenarios = tool("scenarios")
    found = scenarios.files()
    assert {name for name, files in found.items() if not files} == set(scenarios.NOT_BUILT)
    numbers = {f"S{n}" for n in range(1, 56)} | {"S2b"}
    assert numbers <= set(found)


def test_every_scenario_of_the_contracts_is_tested_in_both_modes_or_has_a_reason() -> None:
    scenarios = tool("scenarios")
    runs = scenarios.modes_of(scenarios.files())
    contracts = {name for name in runs if int(re.sub(r"\D", "", name)) <= 55} - set(scenarios.NOT_BUILT)
    one_mode = {name for name in contracts if runs[name] != {"embedded", "hub"}}
    assert one_mode <= set(scenarios.ONE_MODE)


def test_the_mode_of_a_suite_is_read_from_what_it_makes() -> None:
    scenarios = tool("scenarios")
    modes = scenarios.modes()
    forge = ROOT / "tests/forge"
    assert modes[forge / "storage/Words.t.sol"] == {"embedded"}
    assert modes[forge / "hub/HostileMember.t.sol"] == {"hub"}
    assert modes[forge / "hub/PauseOnHub.t.sol"] == {"hub"}
    assert modes[forge / "pause/Pause.t.sol"] == {"embedded", "hub"}
    assert modes[forge / "outflow/Refill.t.sol"] == {"embedded", "hub"}
    assert modes[forge / "examples/VaultTwins.t.sol"] == {"embedded", "hub"}
