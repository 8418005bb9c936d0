"""The report says what the folder holds, needs nothing else, and escapes what others wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from guardrails.fuzz import Sequence, Step
from guardrails.fuzz.campaign.findings import Found
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Point, Results
from guardrails.report.fuzz import write_report

Run = Callable[..., Results]
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def results(plan: Plan) -> Results:
    steps = (
        Step("thief", "protocol", "redeem", (7, HOSTILE), wait=60),
        Step("alice", "protocol", "settle", (1,)),
    )
    sequence = Sequence(plan.target, steps)
    million = Fraction(10**6)
    curve = (
        Point(0, Fraction(0), million, 0, 0),
        Point(40, Fraction(1_234_567), million, 0, 0),
        Point(100, Fraction(1_234_567), million, 321, 1),
    )
    findings = {
        "BoundedLoss-00000000.json": Found("BoundedLoss", f"promised 1, lost {HOSTILE}", sequence, True),
        "Other-00000000.json": Found(HOSTILE, "only here", sequence, False),
    }
    return Results(plan, 1, 100, 432, 321, sequence, Fraction(1_200_000), curve, findings)


def page_of(results: Results, folder: Path) -> str:
    paths = write_report(results, folder)
    assert paths["curves.png"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    return paths["report.html"].read_text(encoding="utf-8")


def test_the_figures_and_the_findings(results: Results, tmp_path: Path) -> None:
    page = page_of(results, tmp_path)
    for said in (
        "100 sequences (432 steps) found",
        "1\nway to break what was promised",
        "$1.23 M",
        "$1.00 M",
        "123.5%",
        "Made short; he gains $1.20 M by it.",
        '<a href="findings/BoundedLoss-00000000.json">',
        "after 60 s thief: protocol.redeem(7, ",
        "alice: protocol.settle(1)",
        "What a node did not confirm",
        f"--seed 0 --executions {results.plan.executions} --lanes 2 --units 1",
        results.plan.identity.policy[:16],
    ):
        assert said in page, said


def test_what_others_wrote_is_text(results: Results, tmp_path: Path) -> None:
    page = page_of(results, tmp_path)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    for fetched in ("src=", "<link", "@import", 'href="http', "url(http"):
        assert fetched not in page


def test_the_same_results_make_the_same_files(results: Results, tmp_path: Path) -> None:
    first, again = tmp_path / "1", tmp_path / "2"
    for folder in (first, again):
        folder.mkdir()
        write_report(results, folder)
    for name in ("report.html", "curves.png"):
        assert (first / name).read_bytes() == (again / name).read_bytes()


def test_nothing_found_is_no_proof(results: Results, tmp_path: Path) -> None:
    curve = (Point(100, Fraction(0), None, 5, 0),)
    page = page_of(replace(results, findings={}, curve=curve, best_profit=Fraction(0)), tmp_path)
    assert "broke no promise" in page
    assert "That is no proof" in page
    assert "No sequence made him richer" in page
    assert "none</b><span>that the policy promises" in page
    assert "What a node did not confirm" not in page


def test_nothing_done_yet(plan: Plan, tmp_path: Path) -> None:
    page = page_of(Results(plan, 0, 0, 0, 0, None, Fraction(0), (), {}), tmp_path)
    assert "Nothing was searched yet" in page


def test_the_curve_of_a_campaign(campaign: Run, tmp_path: Path) -> None:
    results = campaign(tmp_path, 4)
    xs = [point.executions for point in results.curve]
    assert xs == sorted(xs)
    assert xs[-1] == results.executions >= 4 * results.plan.executions
    assert [p.coverage for p in results.curve] == sorted(p.coverage for p in results.curve)
    assert [p.findings for p in results.curve] == sorted(p.findings for p in results.curve)
    assert results.coverage == results.curve[-1].coverage > 0
    assert results.curve[-1].findings == len(results.confirmed) > 0
    assert results.bound is not None
    page = page_of(results, tmp_path)
    for name in results.confirmed:
        assert f'href="findings/{name}"' in page
        assert (tmp_path / "findings" / name).is_file()
    assert "promised &lt;b&gt;no&lt;/b&gt; refusal" in page
