"""What a campaign's folder holds is whole and of one campaign, or it is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from guardrails.fuzz.campaign.errors import CampaignError
from guardrails.fuzz.campaign.plan import Plan
from guardrails.fuzz.campaign.results import Results
from guardrails.fuzz.campaign.run import Campaign, Limits
from guardrails.fuzz.campaign.store import Store, opened, planned
from guardrails.fuzz.campaign.unit import Done, canonical

from .conftest import Here, artefacts, believe

Run = Callable[..., Results]


def test_a_campaign_goes_on_where_it_stood(campaign: Run, tmp_path: Path) -> None:
    whole = campaign(tmp_path / "whole", 5)
    campaign(tmp_path / "parts", 2)
    workers = Here()
    parts = campaign(tmp_path / "parts", 5, workers=workers)
    assert workers.done == [2, 3, 4]
    assert artefacts(tmp_path / "parts") == artefacts(tmp_path / "whole")
    assert parts == whole
    assert campaign(tmp_path / "parts", 5, workers=workers) == whole
    assert workers.done == [2, 3, 4]


def test_workers_of_any_number_leave_the_same(campaign: Run, tmp_path: Path) -> None:
    for slots in (1, 2, 7):
        campaign(tmp_path / str(slots), 4, workers=Here(slots))
    one, two, seven = (artefacts(tmp_path / name) for name in ("1", "2", "7"))
    assert one == two == seven


def test_units_that_a_killed_run_left_out_are_done(campaign: Run, tmp_path: Path) -> None:
    whole, hole = tmp_path / "whole", tmp_path / "hole"
    campaign(whole, 3)
    campaign(hole, 2)
    (hole / "units" / "0001.json").unlink()
    (hole / "units" / ".0007.json.partial").write_text("{")
    for path in (hole / "findings").iterdir():
        path.unlink()
    workers = Here()
    campaign(hole, 3, workers=workers)
    assert workers.done == [1, 2]
    assert artefacts(hole) == artefacts(whole)


def test_time_bounds_what_is_handed_out(plan: Plan, tmp_path: Path) -> None:
    with opened(tmp_path, plan) as store:
        assert Campaign(store, Here(), Limits(seconds=0, units=1), believe).run().units == 0
        assert Campaign(store, Here(), Limits(seconds=1_000, units=1), believe).run().units == 1


def test_only_the_last_state_of_each_lane_is_kept(campaign: Run, tmp_path: Path) -> None:
    campaign(tmp_path, 5)
    states = tmp_path / "states"
    assert sorted(path.name for path in states.iterdir()) == ["0003.z", "0004.z"]
    (states / "0002.z").write_bytes(b"")  # the run was killed before it removed this one
    campaign(tmp_path, 5)
    assert sorted(path.name for path in states.iterdir()) == ["0003.z", "0004.z"]


@pytest.mark.parametrize(
    ("name", "value"), [("seed", 1), ("executions", 61), ("lanes", 3), ("target", "other.py:Vault")]
)
def test_a_campaign_of_other_settings_is_refused(
    campaign: Run, plan: Plan, tmp_path: Path, name: str, value: object
) -> None:
    with opened(tmp_path, plan):
        pass
    with pytest.raises(CampaignError, match=rf"something else: {name} was .* and is {value}"):
        campaign(tmp_path, 2, plan=replace(plan, **{name: value}))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["policy", "target", "contracts", "lab", "evm"])
def test_a_campaign_of_another_protocol_is_refused(
    campaign: Run, plan: Plan, tmp_path: Path, name: str
) -> None:
    with opened(tmp_path, plan):
        pass
    other = replace(plan, identity=replace(plan.identity, **{name: "abc"}))
    with pytest.raises(CampaignError, match=rf"the {name} was .* and is abc") as raised:
        campaign(tmp_path, 2, plan=other)
    assert raised.value.exit_code == 2
    assert raised.value.remedy == "Take another --name, or remove the folder."


def test_two_at_once_are_refused(campaign: Run, plan: Plan, tmp_path: Path) -> None:
    with opened(tmp_path, plan), pytest.raises(CampaignError, match="another process runs this campaign"):
        campaign(tmp_path, 1)
    assert campaign(tmp_path, 1).units == 1


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", pytest.param("[" * 100_000, id="deep"), '{"unit": 1}', '{"unit": {"seed": 1}}'],
)
def test_a_damaged_unit_is_named(campaign: Run, tmp_path: Path, content: str) -> None:
    campaign(tmp_path, 1)
    unit = tmp_path / "units" / "0000.json"
    unit.write_text(content)
    with pytest.raises(CampaignError, match="this is no") as raised:
        campaign(tmp_path, 1)
    assert (raised.value.where, raised.value.remedy) == (str(unit), "Remove it: it is done again.")
    unit.unlink()
    assert campaign(tmp_path, 1).units == 1


@pytest.mark.parametrize("part", ["executions", "steps", "features", "curve", "best", "findings"])
def test_a_unit_that_lacks_a_part_is_named(plan: Plan, tmp_path: Path, part: str) -> None:
    head = asdict(plan.unit(0))
    del head["state"]
    unit = {
        "unit": head,
        "executions": 1,
        "steps": 1,
        "features": [],
        "curve": [],
        "best": {},
        "findings": [],
    }
    with opened(tmp_path, plan) as store:
        store.add(Done(0, canonical(unit), b"", 1.0, "somebody"))
    assert 0 in Store(tmp_path).done
    (tmp_path / "units" / "0000.json").write_text(canonical({k: v for k, v in unit.items() if k != part}))
    with pytest.raises(CampaignError, match="no unit of this campaign"):
        Store(tmp_path)


def test_a_unit_of_another_campaign_is_refused(campaign: Run, plan: Plan, tmp_path: Path) -> None:
    campaign(tmp_path / "a", 1)
    campaign(tmp_path / "b", 1, plan=replace(plan, seed=9))
    (tmp_path / "b/units/0000.json").write_bytes((tmp_path / "a/units/0000.json").read_bytes())
    with pytest.raises(CampaignError, match="no unit of this campaign"):
        campaign(tmp_path / "b", 1, plan=replace(plan, seed=9))


def test_a_folder_of_something_else_is_left_alone(campaign: Run, tmp_path: Path) -> None:
    (tmp_path / "campaign.json").write_text(json.dumps({"name": "mine"}))
    with pytest.raises(CampaignError, match="this is no campaign"):
        campaign(tmp_path, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["campaign.json"]


def test_a_folder_that_cannot_be(campaign: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CampaignError, match="the folder cannot be made"):
        campaign(tmp_path / "file" / "folder", 1)


def test_a_state_that_was_lost_is_named(campaign: Run, tmp_path: Path) -> None:
    campaign(tmp_path, 2)
    (tmp_path / "states" / "0000.z").unlink()
    with pytest.raises(CampaignError, match="it cannot be read: No such file") as raised:
        campaign(tmp_path, 3)
    assert raised.value.where == str(tmp_path / "states" / "0000.z")


def test_the_plan_of_a_folder(campaign: Run, plan: Plan, tmp_path: Path) -> None:
    assert planned(tmp_path) is None
    with opened(tmp_path, plan):
        assert planned(tmp_path) == plan
