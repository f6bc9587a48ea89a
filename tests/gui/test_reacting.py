"""What the bench takes for the picture that shows an input. Nothing here judges how soon it comes."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication

from twostroke.gui.cli.bench import reacting
from twostroke.gui.cli.bench.whole_window import SHOWN, whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.model.choices import NeuronRef

HERE, THERE = NeuronRef(1, 2), NeuronRef(2, 3)


def test_each_input_reaches_the_window_and_is_seen(qapp: QApplication) -> None:
    with whole_sessions() as sessions, whole_window(sessions["small"]) as watched:
        found = reacting.waits(watched, 16)
        assert {kind: len(values) for kind, values in found.items()} == {
            "hover": 2,
            "click": 2,
            "stop": 2,
            "train": 4,
            "step": 2,
            "term": 4,
        }
        assert all(value > 0.0 for values in found.values() for value in values)
        assert watched.controller.choices.selected not in (None, SHOWN)
        assert watched.controller.choices.quantity is not None  # its account is open


def test_a_picture_of_another_neuron_shows_no_input(qapp: QApplication) -> None:
    with whole_sessions() as sessions, whole_window(sessions["small"]) as watched:
        controller, stage = watched.controller, watched.window.stage
        controller.select(THERE)
        controller.hover(HERE)
        stage.repaint()
        assert watched.shown is not None
        assert reacting._labelled(watched.shown, HERE)
        assert not reacting._labelled(watched.shown, THERE)
        assert not reacting._pinned(watched.shown, HERE)
        controller.select(HERE)
        stage.repaint()
        assert reacting._pinned(watched.shown, HERE)
        assert reacting._rests(watched.shown, HERE)
        assert not reacting._trains(watched.shown, HERE)
        assert not reacting._steps(watched.shown, HERE)
        first = reacting.neurons_in_turn(watched.shown, len(watched.widths))
        refs = [next(first) for _ in range(7)]
        assert SHOWN not in refs
        assert all(before != after for before, after in pairwise(refs))


def test_percentiles_are_over_all_inputs_and_of_each_kind() -> None:
    section = reacting.told({"small": {"hover": [10.0] * 19, "stop": [90.0]}})
    figures = section.data["small"]
    assert (figures["median"], figures["longest"], figures["inputs"]) == (10.0, 90.0, 20)
    assert figures["p95"] == pytest.approx(14.0)
    assert figures["kinds"]["stop"]["p95"] == 90.0
    assert section.goals[0].value == figures["p95"]
    assert (section.goals[0].bound, section.goals[0].at_least, section.goals[0].unit) == (50.0, False, "ms")
