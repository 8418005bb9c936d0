"""docs/reference/ is what the contracts' own comments say."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from .fences import ROOT
from .test_generated import tool

PAGES = ROOT / "docs/reference"
DEFINED = re.compile(r"^(?:abstract )?(?:contract|interface|library) (\w+)", flags=re.MULTILINE)


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return tool("reference")


@pytest.fixture(scope="module")
def pages(reference: ModuleType) -> dict[str, str]:
    """As the contracts would have them now: one run of the compiler."""
    found: dict[str, str] = reference.Writer(reference.trees()).pages()
    return found


def test_the_pages_are_what_the_contracts_say(pages: dict[str, str]) -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert there == pages, "run: python tools/reference.py"


def test_every_contract_has_a_section(reference: ModuleType, pages: dict[str, str]) -> None:
    for path in (ROOT / "contracts").rglob("*.sol"):
        page = pages[reference.page_of(str(path.parent.relative_to(ROOT)))]
        for name in DEFINED.findall(path.read_text(encoding="utf-8")):
            assert f"\n## {name}\n" in page, name


def test_every_namespace_of_storage_is_named(pages: dict[str, str]) -> None:
    said = set(re.findall(r"`(erc7201:[\w.]+)`", "".join(pages.values())))
    sources = "".join(path.read_text() for path in (ROOT / "contracts").rglob("*.sol"))
    assert said == set(re.findall(r"@custom:storage-location (erc7201:[\w.]+)", sources))
    assert len(said) >= 8


def test_a_function_has_its_selector_its_words_and_its_returns(pages: dict[str, str]) -> None:
    implemented = pages["guards-pause.md"].split("\n## Pause\n")[1]
    line = (
        "- `pause(uint16 operations, uint256 duration, string reason) returns (uint256 until)` · `0xd8212f1d`"
    )
    assert line in implemented
    assert "Extends a live pause of the same rank" in implemented, "words of the interface"
    assert "  - returns `until`: when the pause ends by itself" in implemented


def test_what_a_contract_guards_keeps_its_paragraphs(pages: dict[str, str]) -> None:
    section = pages["guards-lock.md"].split("\n## Lock\n")[1]
    assert "\n**Suspect collateral stays until a time.**\n\nGuards: collateral of an account" in section


def test_events_errors_and_values(pages: dict[str, str]) -> None:
    settlement = pages["guards-settlement.md"]
    assert "- `ClaimNotReady(uint256 id, uint256 readyAt)` · `0x" in settlement
    assert re.search(r"- `ClaimHeld\(uint256 indexed id, ", settlement)
    assert "- `uint256 MAX_GOVERNANCE_HOLD = 365 days`" in settlement
    assert "0 `NONE`, 1 `PENDING`, 2 `SUSPECT`, 3 `PAID`, 4 `RETURNED`, 5 `WITHDRAWN`." in settlement


def test_natspec_is_taken_apart(reference: ModuleType) -> None:
    text = " What it\n does.\n\n More | of it.\n @param one the <first>\n  of two\n @return the rest"
    doc = reference.Doc({"documentation": {"text": text}})
    assert doc.prose() == ["What it does.", "More \\| of it."]
    assert {name: reference.flat(said) for name, said in doc.named("param").items()} == {
        "one": "the &lt;first> of two"
    }
    assert doc.all("return") == ["the rest"]
    assert not reference.Doc({})


def test_a_page_that_differs_is_named(
    reference: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(reference, "trees", dict)
    assert reference.main(["--check"]) == 1
    assert "docs/reference/guards-pause.md is not what the contracts say" in capsys.readouterr().err
