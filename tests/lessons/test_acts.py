"""The acts of lessons, played without a window: each does what its entry says, by the commands a user has."""

import math
import tomllib
from typing import Any

import numpy as np
import pytest

from twostroke.engine.border.commands import Advance, AdvanceEpoch
from twostroke.engine.run.loading import load_data
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import GREATEST_LOSS, PINNED, LinkRef, NeuronRef
from twostroke.gui.model.differences import DIFFERENCES
from twostroke.gui.model.lessons.acts import ACTS, PANEL_IDS, doings_of, read_act, told_act
from twostroke.gui.model.lessons.alone import Alone
from twostroke.gui.model.lessons.doings import Explain, Panel, Point, Send
from twostroke.gui.model.lessons.script import Lesson
from twostroke.gui.panels.table import PANELS

SESSION = Session.model_validate(
    {
        "data": {"name": "circle", "samples": 60},
        "network": {"layers": [{"units": 4, "activation": "relu"}, {"units": 3, "activation": "tanh"}]},
        "training": {"batch_size": 10},
    }
)


@pytest.fixture
def alone() -> Alone:
    """Who plays a lesson with that session."""
    return Alone(Lesson("mine", "Mine", (), SESSION), SESSION, load_data(SESSION))


def perform(alone: Alone, *acts: dict[str, Any]) -> None:
    """Do acts as they are written in a file."""
    for act in acts:
        alone.perform(read_act(act))


def test_training_is_that_of_a_trainer(alone: Alone) -> None:
    perform(alone, {"train": 7}, {"train": {"updates": 5, "seconds": 2.0}}, {"epochs": 2})
    own = Trainer(SESSION)
    for command in (Advance(12), AdvanceEpoch(), AdvanceEpoch()):
        own.apply(command)
        own.advance(own.wanted(1000))
    assert alone.trainer.update == own.update
    assert np.array_equal(alone.trainer.state.theta, own.state.theta)


def test_the_window_takes_its_time_over_training() -> None:
    (doing,) = doings_of(read_act({"train": {"updates": 5, "seconds": 2.0}}), SESSION)
    assert doing == Send(Advance(5), 2.0)


def test_one_can_go_back_and_begin_anew(alone: Alone) -> None:
    first = alone.trainer.state.theta.copy()
    perform(alone, {"train": 20})
    twenty = alone.trainer.state.theta.copy()
    perform(alone, {"back": 5}, {"seek": 3})
    assert alone.trainer.update == 3
    perform(alone, {"seek": 20})
    assert np.array_equal(alone.trainer.state.theta, twenty)
    perform(alone, {"set": {"training.optimizer.learning_rate": 0.5}}, {"reset": True})
    assert (alone.trainer.update, alone.session.training.optimizer.learning_rate) == (0, 0.5)
    assert np.array_equal(alone.trainer.state.theta, first)
    perform(alone, {"restart": True})
    assert alone.session.training == SESSION.training


def test_settings_are_set_as_a_race_varies_them(alone: Alone) -> None:
    perform(alone, {"set": {"network.activation": "gelu", "training.batch_size": 5}})
    assert [layer.activation.name for layer in alone.session.network.layers] == ["gelu", "gelu"]
    assert alone.session.training.batch_size == 5
    assert alone.trainer.undo_stack.label == "Set activation to GELU and batch size to 5"
    perform(alone, {"set": {"network": {"layers[1]": {"units": 6}}}})
    assert alone.session.widths == (2, 4, 6, 1)
    perform(alone, {"set": {"network.depth": 3}})
    assert len(alone.session.network.layers) == 3
    perform(alone, {"set": {"network.seed": 9, "data.noise": 0.3, "gates.backward": False}})
    assert (alone.session.network.seed, alone.session.data.noise, alone.session.gates.backward) == (9, 0.3, False)


def test_what_is_named_in_a_setting_must_fit(alone: Alone) -> None:
    perform(alone, {"set": {"network.parameters": {"l1.bias": [1.0, 2.0, 3.0, 4.0]}, "network.frozen": ["l1.bias"]}})
    assert alone.trainer.network.bias(1).tolist() == [1.0, 2.0, 3.0, 4.0]
    for wrong in ({"network.parameters": {"l1.bias": [1.0]}}, {"network.cut": ["l9.unit[0]"]}, {"network.frozen": "x"}):
        with pytest.raises(ValueError, match=r"l1\.bias|l9\.unit|network\.frozen"):
            perform(alone, {"set": wrong})
    perform(alone, {"set": {"network.units": 3}})
    assert (dict(alone.session.network.parameters), alone.session.network.frozen) == ({}, ("l1.bias",))


def test_gates_links_and_numbers_are_changed_by_hand(alone: Alone) -> None:
    perform(alone, {"gates": {"forward": False}}, {"gates": {"layer": 1, "unit": 2, "backward": False}})
    assert (alone.session.gates.forward, alone.session.gates.off) == (False, ("l1.unit[1].backward",))
    perform(alone, {"cut": "l1.unit[1]"}, {"cut": ["l2.weight[0,0]", "l2.weight[1,0]"]}, {"freeze": "l1.bias"})
    assert alone.session.network.cut == ("l1.unit[1]", "l2.weight[0,0]", "l2.weight[1,0]")
    assert alone.session.network.frozen == ("l1.bias",)
    perform(alone, {"uncut": "l1.unit[1]"}, {"thaw": "l1.bias"}, {"type": {"l1.weight[0,1]": 0.25}})
    assert (len(alone.session.network.cut), alone.session.network.frozen) == (2, ())
    assert alone.trainer.network.weight(1)[0, 1] == 0.25


def test_a_moment_of_the_coming_update_is_stood_at(alone: Alone) -> None:
    perform(alone, {"train": 3}, {"step": "gate:2"})
    assert alone.trainer.tape is not None
    assert alone.cursor is not None
    assert (alone.trainer.tape.update, alone.cursor.moment.step.phase, alone.cursor.moment.step.layer) == (3, "gate", 2)
    perform(alone, {"step": "sum:1:neuron=2:term=1"})
    assert alone.cursor.unit == 1
    for stroke, phase in (("forward", "loss"), ("backward", "update"), ("update", "update")):
        perform(alone, {"play": stroke})
        assert alone.cursor.moment.step.phase == phase
    perform(alone, {"leave_stroke": True})
    assert (alone.trainer.tape, alone.cursor) == (None, None)
    assert alone.trainer.update == 3


def test_the_sample_shown_is_the_pinned_one_and_comes_with_its_update(alone: Alone) -> None:
    perform(alone, {"pin": 17}, {"step": "loss"})
    assert alone.session.view.sample == 17
    assert alone.choices.batch_row == PINNED
    assert alone.trainer.tape is not None
    assert alone.trainer.tape.rows[alone.subject().row] == 17
    perform(alone, {"sample": 2})
    assert alone.subject().row == 2


def test_the_sample_shown_goes_with_tapes_and_data_as_in_the_window(alone: Alone) -> None:
    perform(alone, {"set": {"training.batch_size": 7}}, {"sample": 5}, {"train": 4}, {"step": "loss"})
    assert alone.trainer.tape is not None
    assert (alone.trainer.tape.samples, alone.choices.batch_row) == (2, 1)
    perform(alone, {"pin": int(alone.trainer.tape.rows[0])}, {"sample": 0}, {"leave_stroke": True})
    assert alone.choices.batch_row == PINNED
    perform(alone, {"set": {"data.noise": 0.3}})
    assert alone.choices.batch_row == GREATEST_LOSS
    pinned = SESSION.model_copy(update={"view": SESSION.view.model_copy(update={"sample": 4})})
    assert Alone(alone.lesson, pinned, alone.dataset).choices.batch_row == PINNED


def test_what_is_shown_is_chosen(alone: Alone) -> None:
    perform(alone, {"lens": "gain"}, {"digits": 5}, {"link": "l2.weight[1,3]"})
    assert (alone.choices.lens, alone.choices.digits, alone.choices.pinned_link) == ("gain", 5, LinkRef(2, 3, 1))
    perform(alone, {"neuron": "l1[4]"})
    assert (alone.choices.selected, alone.choices.pinned_link) == (NeuronRef(1, 3), None)
    perform(alone, {"neuron": "x[2]"})
    assert alone.choices.selected == NeuronRef(0, 1)
    perform(alone, {"neuron": "out[1]"}, {"try": [0.5, -0.5]}, {"grain": "neuron"})
    assert alone.choices.selected == NeuronRef(3, 0)
    perform(alone, {"neuron": ""})
    assert alone.choices.selected is None
    assert alone.trainer.tried is not None
    (explained,) = doings_of(read_act({"account": "l2.dloss_dweight[1,3]"}), SESSION)
    assert isinstance(explained, Explain)
    assert (explained.quantity.kind, explained.quantity.unit, explained.quantity.source) == ("gradient", 1, 3)
    assert doings_of(read_act({"open": "curves"}), SESSION) == (Panel("curves", True),)
    assert doings_of(read_act({"fold": "data"}), SESSION) == (Panel("data", False),)
    assert doings_of(read_act({"look_at": "l2[3]"}), SESSION) == (Point("l2[3]"),)


def test_a_network_beside_follows_the_main_one(alone: Alone) -> None:
    perform(alone, {"train": 4}, {"compare": {"activation": "gelu", "matched": True}}, {"train": 6})
    other = alone.beside[0].trainer
    own = Trainer(other.session)
    own.advance(10)
    assert [layer.activation.name for layer in other.session.network.layers] == ["gelu", "gelu"]
    assert (alone.trainer.update, other.update) == (10, 10)
    words = alone.words()
    assert words.others["a"].session == alone.session
    assert words.others["b"].session == other.session
    perform(alone, {"set": {"training.batch_size": 5}}, {"train": 2}, {"back": 1})
    assert (other.session.training.batch_size, other.update) == (5, 11)
    perform(alone, {"reset": True}, {"train": 1})
    assert alone.beside[0].trainer.update == 1
    perform(alone, {"end_compare": True})
    assert alone.beside == []


def test_networks_that_differ_in_their_gates_alone_begin_with_the_same_numbers(alone: Alone) -> None:
    perform(alone, {"compare": {"activation": "gelu", "matched": True}})
    assert np.array_equal(alone.beside[0].trainer.state.theta, alone.trainer.state.theta)


def test_a_moment_is_remembered(alone: Alone) -> None:
    perform(alone, {"remember": "before"}, {"train": 3})
    assert (alone.words().others["before"].update, alone.subject().update) == (0, 3)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ({"train": 0}, "a whole number from 1"),
        ({"train": "10"}, "a whole number"),
        ({"train": {"seconds": 3}}, "updates in it"),
        ({"train": {"updates": 3, "speed": 3}}, 'not "speed"'),
        ({"trian": 10}, "did you mean train?"),
        ({"train": 10, "pin": 1}, "a table with one act"),
        ("train", "a table with one act"),
        ({"reset": False}, "expected true"),
        ({"gates": {"layer": 1, "forward": False}}, "layer and unit together"),
        ({"gates": {"forward": 1}}, "true or false"),
        ({"gates": {}}, "forward or backward"),
        ({"cut": "hidden 1"}, "a place"),
        ({"cut": []}, "a list"),
        ({"type": {"l1.weight[0,1]": "a"}}, "a number"),
        ({"step": "gait:1"}, "a phase out of input"),
        ({"play": "forwards"}, '"forward"?'),
        ({"grain": "atom"}, '"term"'),
        ({"neuron": "l2"}, "counted from 1"),
        ({"link": "l2[1]"}, 'such as "l2.weight[1,0]"'),
        ({"lens": "strokess"}, '"strokes"?'),
        ({"digits": 30}, "from 2 to 9"),
        ({"open": "curve"}, '"curves"?'),
        ({"look_at": "the loss"}, "panel:data"),
        ({"look_at": "panel:curve"}, '"panel:curves"?'),
        ({"look_at": "control:data.sample"}, '"control:data.samples"?'),
        ({"look_at": "control:plya"}, '"control:play"?'),
        ({"look_at": "control:zzz"}, 'such as "control:play"'),
        ({"compare": {"colour": "red"}}, "activation"),
        ({"compare": {"matched": True}}, "one difference"),
        ({"remember": "loss"}, "means nothing else"),
        ({"remember": "l1"}, "means nothing else"),
        ({"try": "0.5"}, "a list of numbers"),
        ({"try": [float("nan")]}, "a number"),
    ],
)
def test_an_act_that_is_none_is_refused_when_it_is_read(act: Any, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_act(act)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ({"neuron": "l1[5]"}, "There is no neuron 5 in hidden 1; it has 4 neurons."),
        ({"neuron": "l7[1]"}, 'There is no layer "l7"'),
        ({"link": "l1.weight[0,7]"}, "There is no neuron 8 in input"),
        ({"step": "gate:9"}, "gate happens at layers 1 to 3"),
        ({"pin": 4000}, "there is no sample 4000"),
        ({"seek": 7}, "7"),
        ({"set": {"network.activaton": "relu"}}, "did you mean network.activation?"),
        ({"set": {"network.activation": "rleu"}}, "rleu"),
        ({"set": {"gates": 3}}, "a whole part of the session"),
        ({"set": {"training.batch_size": 0}}, "batch_size is 0"),
        ({"cut": "l3.unit[0]"}, "output"),
        ({"gates": {"layer": 3, "unit": 1, "forward": False}}, "gates.off"),
        ({"type": {"l1.weight[9,9]": 1.0}}, "l1.weight"),
        ({"try": [1.0]}, "An input of these data is 2 numbers"),
        ({"compare": {"activation": "nonsense"}}, "nonsense"),
        ({"compare": {"depth": 2}}, "nothing differs"),
        ({"compare": {"organ": "nonsense"}}, "expected"),
        ({"link": "x.weight[0,0]"}, "link"),
        ({"account": "x.bias[0]"}, "account"),
        ({"compare": {"depth": "deep"}}, 'depth is "deep"; expected a whole number from 0 to 10'),
    ],
)
def test_what_cannot_be_in_this_session_is_a_sentence(alone: Alone, act: Any, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        perform(alone, act)
    assert why in str(refused.value)


NO_VALUES = [-1, True, [], {}, None, math.nan, ""]
NO_DIFFERENCES = [(kind, value) for kind in DIFFERENCES for value in NO_VALUES if (kind, value) != ("rate", -1)]
"""A negative rate is a number, and the optimizer's to judge."""


@pytest.mark.parametrize(("kind", "value"), NO_DIFFERENCES, ids=repr)
def test_a_difference_that_is_no_value_of_its_kind_is_a_sentence(alone: Alone, kind: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{kind} is .*; expected "):
        perform(alone, {"compare": {kind: value}})


@pytest.mark.parametrize(
    "act",
    [
        "set = {'network.activation' = 2024-01-01}",
        "set = {'network.layers' = [{units = 3}, {units = 12:00:00}]}",
        "set = {network.init = {name = 'normal', std = 2024-01-01T00:00:00Z}}",
        "compare = {activation = 2024-01-01}",
    ],
)
def test_a_session_has_no_dates(act: str) -> None:
    with pytest.raises(ValueError, match=r"expected .* in it as a text, a number, true, false, a list or a table"):
        read_act(tomllib.loads(act))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ({"set": {"network.activation": "\u202egelu"}}, 'set activation to "\\u202egelu"'),
        ({"set": {"network.activation": "g" * 20_000}}, f'set activation to "{"g" * 39}…"'),
        ({"set": {"network.activation": ["gelu"] * 900}}, "set activation to a list of 900 entries"),
        ({"set": {"network.units": 10**4_000}}, "set units of each layer to a number of more than 15 digits"),
        ({"set": {"k\0": 1}}, 'set "k\\u0000" to 1'),
        ({"type": {"\u202e": 1}}, 'type "\\u202e" = 1'),
        ({"step": "gate:\0"}, 'step to "gate:\\u0000"'),
        ({"compare": {"seed": 10**400}}, "compare with seed a number of more than 15 digits"),
        ({"compare": {"activation": "\0"}}, 'compare with activation "\\u0000"'),
    ],
)
def test_whatever_a_file_says_is_said_in_few_words_that_can_be_seen(act: Any, words: str) -> None:
    assert told_act(read_act(act)) == words


def test_every_act_is_said_in_words_and_its_example_is_one() -> None:
    for name, kind in ACTS.items():
        act = read_act(tomllib.loads(f"{name} = {kind.example}"))
        said = told_act(act)
        assert said
        assert said == said.strip()
        assert "\n" not in said
        assert kind.does.endswith(".")
        assert doings_of(act, SESSION), name


def test_the_panels_that_can_be_named_are_those_of_the_window() -> None:
    assert tuple(entry.id for entry in PANELS) == PANEL_IDS
