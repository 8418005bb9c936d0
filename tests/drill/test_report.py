"""The page stands alone and says what was measured."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from guardrails.drill.attack import BRIDGE, Point
from guardrails.drill.run import DrillResult
from guardrails.drill.summary import summary
from guardrails.report.drill import write_report
from guardrails.report.money import usd, usd_bound

PICTURE_BYTES = 150_000


def test_three_files_that_agree(drill: DrillResult, tmp_path: Path) -> None:
    paths = write_report(drill, tmp_path / "out")

    assert json.loads(paths["summary.json"].read_text()) == json.loads(json.dumps(summary(drill)))
    page = paths["report.html"].read_text()
    for figure in (drill.unguarded.lost_usd, drill.guarded.lost_usd):
        assert usd(figure) in page
    assert usd_bound(drill.bound_usd) in page
    for one in drill.attempts:
        assert one.name in page
        assert usd(one.kept_usd) in page
    for event in (*drill.attack.events, *drill.recovery.events):
        assert event.what in page
    assert page.count("<svg") == 2


def test_the_page_needs_nothing_else(drill: DrillResult, tmp_path: Path) -> None:
    page = write_report(drill, tmp_path)["report.html"].read_text()

    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", re.sub(r"xlink:href", "href", page))
    assert not re.findall(r"<(?:script|link|img|iframe)\b", page)
    assert not re.findall(r"@import|url\((?!#)", page)


def test_the_picture_is_small_and_the_same_each_time(drill: DrillResult, tmp_path: Path) -> None:
    first = write_report(drill, tmp_path / "a")["loss.png"].read_bytes()
    second = write_report(drill, tmp_path / "b")["loss.png"].read_bytes()

    width, height = struct.unpack(">II", first[16:24])
    assert first == second
    assert len(first) < PICTURE_BYTES
    assert width > 2 * height > 800


def test_a_loss_over_the_bound_is_said_in_red(drill: DrillResult, tmp_path: Path) -> None:
    guarded = replace(drill.guarded, curve=[Point(0, drill.bound_usd + 1)])
    bad = replace(drill, attack=replace(drill.attack, sides={**drill.attack.sides, BRIDGE: guarded}))

    assert not bad.checks["the guarded loss is within the bound"]
    page = write_report(bad, tmp_path)["report.html"].read_text()
    assert page.count("✗") == 1
    assert page.count("✓") == len(bad.checks) - 1
    assert "✗" not in write_report(drill, tmp_path)["report.html"].read_text()


def test_money_as_people_read_it() -> None:
    assert [usd(Decimal(n)) for n in ("159566234.93", "413475.46", "999.4", "0")] == [
        "$159.57 M",
        "$413 k",
        "$999",
        "$0",
    ]
    assert usd_bound(Decimal("2654707.32")) == "$2.66 M"
    assert usd(Decimal("2654707.32")) == "$2.65 M"
