"""What gates cost here: measured beside identity, kept with what it was measured on, and never believed blindly."""

import json
from pathlib import Path

import pytest

from tests.engine.test_one_entry import NEW, add
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.compute import gate_costs
from twostroke.engine.compute.gate_costs import GateCost, costs, measured

FEW = ("identity", "relu", "tanh")


@pytest.mark.compiled
def test_every_function_is_measured_and_what_costs_more_is_told_so() -> None:
    found = {name: measured(name) for name in CATALOGUE}
    assert all(cost.nanoseconds > 0.0 and cost.name == name for name, cost in found.items())
    assert found["identity"].times == 1.0
    assert found["gelu"].times > 3.0 * found["relu"].times  # an error function against a comparison


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Functions that have been measured, each with an invented figure."""
    done: list[str] = []

    def invented(name: str) -> GateCost:
        done.append(name)
        return GateCost(name, 1.0 + len(done), 1.0)

    monkeypatch.setattr(gate_costs, "measured", invented)
    return done


def test_what_was_measured_is_kept(tmp_path: Path, counted: list[str]) -> None:
    first = list(costs(FEW, tmp_path))
    assert counted == list(FEW)
    assert list(costs(FEW, tmp_path)) == first
    assert list(costs((*FEW, "gelu"), tmp_path))[:3] == first
    assert counted == [*FEW, "gelu"]


def test_without_a_place_all_is_measured_again(counted: list[str]) -> None:
    assert [cost.name for cost in costs(FEW, None)] == list(FEW)
    assert list(costs(FEW, None))
    assert counted == [*FEW, *FEW]


def test_another_processor_or_version_is_measured_anew(
    tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    list(costs(FEW, tmp_path))
    monkeypatch.setattr(gate_costs, "processor", lambda: "another one")
    list(costs(FEW, tmp_path))
    monkeypatch.setattr(gate_costs, "versions", lambda: {"numba": "9.9"})
    list(costs(FEW, tmp_path))
    assert counted == [*FEW, *FEW, *FEW]


def test_an_entry_of_the_same_name_that_computes_something_else_is_measured(
    tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for entry in NEW[:2]:
        add(monkeypatch, entry)
        list(costs(("newcomer",), tmp_path))
    list(costs(("newcomer",), tmp_path))
    assert counted == ["newcomer", "newcomer"]


BAD = (
    b"",
    b"no JSON",
    b"[]",
    b"null",
    b"{}",
    b'{"format": "twostroke-gate-costs"}',
    b"[" * 100_000,
    b"\xff\xfe",
)


@pytest.mark.parametrize("content", BAD)
def test_a_file_that_is_wrong_costs_measuring_anew(tmp_path: Path, counted: list[str], content: bytes) -> None:
    (tmp_path / "gate-costs.json").write_bytes(content)
    assert len(list(costs(FEW, tmp_path))) == 3
    assert counted == list(FEW)
    assert json.loads((tmp_path / "gate-costs.json").read_text("utf-8"))["format"] == "twostroke-gate-costs"


@pytest.mark.parametrize("value", ["NaN", "-1.0", "0.0", "Infinity", '"much"', "null", "[]"])
def test_figures_that_cannot_be_are_not_shown(tmp_path: Path, counted: list[str], value: str) -> None:
    list(costs(("relu",), tmp_path))
    place = tmp_path / "gate-costs.json"
    place.write_text(place.read_text("utf-8").replace('"nanoseconds": 2.0', f'"nanoseconds": {value}'), "utf-8")
    assert [cost.nanoseconds for cost in costs(("relu",), tmp_path)] == [3.0]


def test_a_place_that_cannot_be_written_only_costs_measuring_again(tmp_path: Path, counted: list[str]) -> None:
    (tmp_path / "file").write_text("")
    assert len(list(costs(FEW, tmp_path / "file"))) == 3
