"""The acts of lessons: the table ACTS, of which an entry says all there is to say of an act.

An act is read when its file is read, and turned into doings when its turn comes, from the session as it is then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Phase
from twostroke.engine.claims.functions import FUNCTIONS
from twostroke.engine.claims.vocabulary import MASKS, NAMES
from twostroke.engine.session.parameters import PLACE
from twostroke.engine.session.phrases import counted, named, nearest, shown
from twostroke.engine.session.settings.view_spec import LensName
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import by_hand, cutting, edits, gate_switches
from twostroke.gui.model.choices import PINNED, Choices, NeuronRef
from twostroke.gui.model.differences import DIFFERENCES, MOST_LAYERS, Difference
from twostroke.gui.model.lessons import act_values as v
from twostroke.gui.model.lessons import addresses
from twostroke.gui.model.lessons.controls import CONTROL, check_control
from twostroke.gui.model.lessons.doings import (
    Choose,
    Compare,
    Doing,
    EndCompare,
    Explain,
    Panel,
    PlayStroke,
    Point,
    Remember,
    Restart,
    Send,
    Stand,
    Take,
)
from twostroke.gui.model.lessons.script import Act
from twostroke.gui.model.lessons.set_places import label_of, set_places
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS, plain
from twostroke.gui.model.player import Stroke
from twostroke.gui.model.score import Grain

PANEL_IDS = (
    *("lesson", "data", "network", "training", "diagnosis", "output", "scores", "account", "inspector", "health"),
    *("curves", "surface", "comparison", "timeline"),
)
"""The panels of the window, as its table has them."""

PANEL = "panel:"
"""Before the id, where a panel is to be looked at."""

Doings = tuple[Doing, ...]


@dataclass(frozen=True)
class ActKind:
    """One act: what it takes, what it does, how it is read, what it consists of, and how it is said.

    `read` raises ValueError, with what was expected; `doings` where it cannot be in this session, with a sentence.
    """

    name: str
    takes: str
    example: str  # a value in TOML
    does: str  # one sentence
    read: Callable[[Any], Any]
    doings: Callable[[Any, Session], Doings]
    told: Callable[[Any], str]  # "train 500 updates"


def read_act(written: Any) -> Act:
    """The act in a table with one key. ValueError, as the end of a sentence, where it is none."""
    if not isinstance(written, dict) or len(written) != 1:
        raise ValueError(f"is {shown(written)}; expected a table with one act, as {{train = 500}}")
    ((name, value),) = written.items()
    if name not in ACTS:
        guess = nearest(name, ACTS)
        said = f"did you mean {guess}?" if guess else f"expected one of {', '.join(ACTS)}"
        raise ValueError(f"has the unknown act {shown(name)}; {said}")
    try:
        return Act(name, ACTS[name].read(value))
    except ValueError as error:
        raise ValueError(f"has {name} = {shown(value)}; expected {error}") from None


def doings_of(act: Act, session: Session) -> Doings:
    """What the act consists of in this session. ValueError, as a sentence, where it cannot be."""
    return ACTS[act.name].doings(act.value, session)


def told_act(act: Act) -> str:
    """The act in words: "train 500 updates"."""
    return ACTS[act.name].told(act.value)


# -- training --------------------------------------------------------------------------------------------------------


def _train(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return v.table(updates=UPDATES, seconds=v.number)(value, needed=("updates",))
    return {"updates": UPDATES(value)}


UPDATES = v.whole(1, v.MOST_UPDATES)


def _train_doings(value: dict[str, Any], session: Session) -> Doings:
    return (Send(c.Advance(value["updates"]), value.get("seconds", 0.0)),)


def _sent(command: Callable[[Any], c.Command]) -> Callable[[Any, Session], Doings]:
    return lambda value, session: (Send(command(value)),)


def _edit(change: c.Change, *arguments: Any) -> Doing:
    return Send(c.Edit(change, arguments))


_TRAINING = (
    ActKind("train", "a whole number of updates, or a table with updates and seconds", "500",
            "Trains so many updates; in the window over so many seconds, if that is said.",
            _train, _train_doings, lambda value: f"train {counted(value['updates'], 'update')}"),
    ActKind("epochs", "a whole number", "3", "Trains to the end of the epoch, so many times.",
            v.whole(1, 1_000), lambda value, session: (Send(c.AdvanceEpoch()),) * value,
            lambda value: f"train {counted(value, 'epoch')}"),
    ActKind("reset", "true", "true", "Draws the first weights again: update 0 of the session as it is now.",
            v.true, _sent(lambda value: c.Reset()), lambda value: "go back to fresh weights"),
    ActKind("restart", "true", "true", "Opens the session of the lesson again, at update 0.",
            v.true, lambda value, session: (Restart(),), lambda value: "open the session of the lesson again"),
    ActKind("seek", "the number of an update", "500", "Stands at an update of this run, past or known future.",
            v.whole(0, v.MOST_UPDATES), _sent(c.Seek), lambda value: f"go to update {value:,}"),
    ActKind("back", "a whole number of updates", "1", "Stands so many updates earlier.",
            v.whole(1, v.MOST_UPDATES), _sent(c.StepBack), lambda value: f"go back {counted(value, 'update')}"),
)  # fmt: skip


# -- settings --------------------------------------------------------------------------------------------------------


def _gates(value: Any) -> dict[str, Any]:
    read = v.table(forward=_flag, backward=_flag, layer=v.whole(1, 100), unit=v.whole(1, 10_000))(value)
    if ("layer" in read) != ("unit" in read):
        raise ValueError("layer and unit together, or neither")
    if not {"forward", "backward"} & read.keys():
        raise ValueError("forward or backward, true or false")
    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


STROKES = ("forward", "backward")


def _gate_doings(value: dict[str, Any], session: Session) -> Doings:
    told = [(stroke, value[stroke]) for stroke in STROKES if stroke in value]
    if "layer" not in value:
        return tuple(_edit(edits.set_value, f"gates.{stroke}", on) for stroke, on in told)
    where = value["layer"], value["unit"] - 1
    return tuple(_edit(gate_switches.switch_gate, *where, stroke == "backward", on) for stroke, on in told)


def _gates_told(value: dict[str, Any]) -> str:
    whose = f"the gate of l{value['layer']}[{value['unit']}]" if "layer" in value else "all gates"
    told = (f"{'on' if value[s] else 'off'} on the {s} stroke" for s in STROKES if s in value)
    return f"switch {whose} {' and '.join(told)}"


def _changed(change: c.Change, on: bool) -> Callable[[Any, Session], Doings]:
    return lambda value, session: (_edit(change, value, on),)


PLACES = v.one_or_more(v.text(lambda text: PLACE.fullmatch(text) is not None, 'a place such as "l2.weight[1,0]"'))
SET = v.pairs(v.of_session, '{"network.activation" = "gelu"}')
TYPED = v.pairs(v.number, '{"l1.weight[0,1]" = 0.3}')

_SETTINGS = (
    ActKind("set", "a table of settings by their paths, as `twostroke race --vary` has them",
            '{"network.activation" = "gelu"}', "Sets them, as one edit that can be undone.",
            SET, lambda value, session: (_edit(set_places, value),),
            lambda value: label_of(value)[0].lower() + label_of(value)[1:]),
    ActKind("gates", "a table with forward and backward; of one neuron also with layer and unit, from 1",
            "{forward = false}", "Takes gates out of a stroke, or puts them back.",
            _gates, _gate_doings, _gates_told),
    ActKind("cut", "a link or a neuron, or a list of them", '"l2.weight[1,0]"',
            "Cuts it: it carries nothing on either stroke.",
            PLACES, _changed(cutting.cut, True), lambda value: f"cut {', '.join(value)}"),
    ActKind("uncut", "the same", '"l2.weight[1,0]"', "Mends it.",
            PLACES, _changed(cutting.cut, False), lambda value: f"mend {', '.join(value)}"),
    ActKind("freeze", "parameters, or single numbers of them", '"l1.bias"', "Has updates leave them alone.",
            PLACES, _changed(by_hand.freeze, True), lambda value: f"freeze {', '.join(value)}"),
    ActKind("thaw", "the same", '"l1.bias"', "Has updates change them again.",
            PLACES, _changed(by_hand.freeze, False), lambda value: f"free {', '.join(value)}"),
    ActKind("type", "a table of numbers by their places", '{"l1.weight[0,1]" = 0.3}',
            "Gives numbers of the network another value.",
            TYPED, lambda value, session: tuple(_edit(by_hand.set_number, *each) for each in value),
            lambda value: "type " + ", ".join(f"{named(place)} = {plain(number)}" for place, number in value)),
)  # fmt: skip


# -- one update ------------------------------------------------------------------------------------------------------


def _moment(text: str) -> bool:
    return text.split(":")[0].strip() in tuple(Phase)


MOMENT = v.text(_moment, f"PHASE[:LAYER[:FRACTION]], with a phase out of {', '.join(Phase)}")
STROKE = v.one_of(("forward", "backward", "update"))


def _play(value: str, session: Session) -> Doings:
    return (PlayStroke(None if value == "update" else Stroke(value)),)


_UPDATE = (
    ActKind("step", "a moment, as `twostroke export --moment` has it", '"gate:2"',
            "Stands at that moment of the coming update.",
            MOMENT, lambda value, session: (Stand(value),), lambda value: f"step to {named(value)}"),
    ActKind("play", '"forward", "backward" or "update"', '"forward"',
            "Plays the stroke as a film, or both; without a window, stands at its end.",
            STROKE, _play, lambda value: "play the update" if value == "update" else f"play the {value} stroke"),
    ActKind("leave_stroke", "true", "true", "Leaves the single update.",
            v.true, _sent(lambda value: c.LeaveStroke()), lambda value: "leave the single update"),
    ActKind("grain", '"term", "neuron", "phase", "layer" or "update"', '"neuron"',
            "Has one press of an arrow pass so much.",
            v.one_of(Grain), lambda value, session: (Take(Grain(value)),), lambda value: f"step {value} by {value}"),
)  # fmt: skip


# -- what is shown ---------------------------------------------------------------------------------------------------


def _chosen(**changes: Any) -> Choose:
    def change(choices: Choices) -> Choices:
        return replace(choices, **changes)

    return Choose(change)


def _pin(value: int, session: Session) -> Doings:
    return Send(c.PinSample(value)), _chosen(batch_row=PINNED)


def _neuron(value: str, session: Session) -> Doings:
    if not value:
        return (_chosen(selected=None, pinned_link=None, trail=()),)
    return (_chosen(selected=addresses.neuron_of(value, session), pinned_link=None),)


def _link(value: str, session: Session) -> Doings:
    link = addresses.link_of(value, session)
    target = NeuronRef(link.layer, link.target)
    return (_chosen(selected=target, pinned_link=link),)


def _account(value: str, session: Session) -> Doings:
    return (Explain(addresses.quantity_of(value, session)),) if value else (_chosen(trail=()),)


NEURON = v.text(lambda text: not text or addresses.is_neuron(text), 'a neuron such as "l2[3]", counted from 1')
LINK = v.text(addresses.is_link, 'a link such as "l2.weight[1,0]"')
NUMBER = v.text(
    lambda text: not text or addresses.is_number(text), 'a number such as "l1.z[3]", "l2.dloss_dweight[1,0]" or "loss"'
)
LOOKED_AT = v.text(
    lambda text: not text or addresses.can_be_looked_at(text),
    'such as "l2", "l2[3]", "l2.weight[1,0]", "loss", "panel:data" or "control:KEY"',
)


def _looked_at(value: Any) -> str:
    text: str = LOOKED_AT(value)
    if text.startswith(CONTROL):
        check_control(text.removeprefix(CONTROL))
    return v.one_of(f"{PANEL}{id}" for id in PANEL_IDS)(text) if text.startswith(PANEL) else text


_SHOWN = (
    ActKind("pin", "a row of the training part", "17", "Pins the sample: the picture shows it from now on.",
            v.whole(0, 100_000), _pin, lambda value: f"pin sample {value}"),
    ActKind("sample", "a place in the mini-batch, from 0", "0", "Shows that sample of the update.",
            v.whole(0, 100_000), lambda value, session: (_chosen(batch_row=value),),
            lambda value: f"show sample {value} of the mini-batch"),
    ActKind("try", "a list of inputs", "[0.5, -0.2]", "Shows what the network makes of that input.",
            v.numbers, _sent(c.TryInput), lambda value: f"try {', '.join(map(plain, value))}"),
    ActKind("neuron", "a neuron, counted from 1; \"\" for none", '"l2[3]"', "Pins the neuron: panels tell of it.",
            NEURON, _neuron, lambda value: f"pin neuron {value}" if value else "unpin the neuron"),
    ActKind("link", "a link, as a trace counts", '"l2.weight[1,0]"', "Pins the link.",
            LINK, _link, lambda value: f"pin link {value}"),
    ActKind("lens", "the id of a lens", '"gain"', "Sees the network through that lens.",
            v.one_of(get_args(LensName)), lambda value, session: (_chosen(lens=value),),
            lambda value: f"look through the lens {value}"),
    ActKind("digits", "a whole number", "4", "Writes numbers with so many digits.",
            v.whole(FEWEST_DIGITS, MOST_DIGITS), lambda value, session: (_chosen(digits=value),),
            lambda value: f"write {value} digits"),
    ActKind("account", 'a number of the update, as a trace counts; "" for none', '"l1.z[3]"', "Explains the number.",
            NUMBER, _account, lambda value: f"explain {value or 'nothing more'}"),
    ActKind("open", "the id of a panel", '"curves"', "Unfolds the panel.",
            v.one_of(PANEL_IDS), lambda value, session: (Panel(value, True),), lambda value: f"unfold {value}"),
    ActKind("fold", "the id of a panel", '"data"', "Folds the panel.",
            v.one_of(PANEL_IDS), lambda value, session: (Panel(value, False),), lambda value: f"fold {value}"),
    ActKind("look_at", "a layer, neuron or link, the loss, a panel or a control", '"l2[3]"',
            "Draws a soft frame around it until the next scene.",
            _looked_at, lambda value, session: (Point(value),), lambda value: f"look at {value or 'nothing more'}"),
)  # fmt: skip


# -- other networks and moments ----------------------------------------------------------------------------------------


def _compare(value: Any) -> dict[str, Any]:
    read = v.table(**dict.fromkeys(DIFFERENCES, v.of_session), matched=_flag)(value)
    if len(read.keys() & DIFFERENCES.keys()) != 1:
        raise ValueError('one difference, as {activation = "tanh"}, and matched if you like')
    return read


def _compare_doings(value: dict[str, Any], session: Session) -> Doings:
    (kind,) = value.keys() & DIFFERENCES.keys()
    _check_difference(kind, value[kind], session)
    difference = Difference(kind, value[kind], value.get("matched", False))
    difference.made_on(session)  # says why it cannot be
    return (Compare(difference),)


OF_NUMBERS: dict[str, v.Reader] = {
    "depth": v.whole(0, MOST_LAYERS),
    "rate": v.number,
    "seed": v.whole(0, 2**31 - 1),
}
"""Differences that any number can make; of others one chooses."""


def _check_difference(kind: str, value: Any, session: Session) -> None:
    known = [str(choice.value) for choice in DIFFERENCES[kind].choices(session)]
    read = OF_NUMBERS.get(kind) or v.one_of(known or ["nothing"])
    try:
        read(value)
    except ValueError as error:
        if isinstance(value, str) and _is_so(kind, value, session):
            raise ValueError(
                "the network is like this already, so nothing would differ; expected another value"
            ) from None
        raise ValueError(f"{kind} is {shown(value)}; expected {error}") from None


def _is_so(kind: str, value: str, session: Session) -> bool:
    try:
        return DIFFERENCES[kind].change(session, value).session == session
    except (SessionError, LookupError, TypeError, ValueError):
        return False


def difference_of(written: Any, session: Session) -> Difference:
    """From {"activation": "tanh"}, as the act has it. ValueError, as the end of a sentence, where it is none or nothing
    would differ."""
    (doing,) = doings_of(read_act({"compare": written}), session)
    assert isinstance(doing, Compare)
    return doing.difference


def _compare_told(value: dict[str, Any]) -> str:
    return "compare with " + ", ".join(f"{key} {v.told(own)}" for key, own in value.items() if key != "matched")


def _is_free(name: str) -> bool:
    """Whether a moment can be called so: claims mean something else by some names."""
    own = {*NAMES, *FUNCTIONS, *MASKS, "train", "test", "out"}
    return name.isidentifier() and name.islower() and len(name) > 2 and name not in own


NAMED = v.text(_is_free, 'a name such as "before", that means nothing else in claims')

_BESIDE = (
    ActKind("compare", "a table with one difference, and matched", '{activation = "tanh"}',
            "Trains another network beside the main one, which differs in that alone: b, c or d in claims.",
            _compare, _compare_doings, _compare_told),
    ActKind("end_compare", "true", "true", "Ends the comparison.",
            v.true, lambda value, session: (EndCompare(),), lambda value: "end the comparison"),
    ActKind("remember", "a name", '"before"', "Keeps this moment under a name, for claims: `before.test.loss`.",
            NAMED, lambda value, session: (Remember(value),), lambda value: f"remember this moment as {value}"),
)  # fmt: skip

EVERY: Sequence[ActKind] = (*_TRAINING, *_SETTINGS, *_UPDATE, *_SHOWN, *_BESIDE)
ACTS: dict[str, ActKind] = {kind.name: kind for kind in EVERY}
"""All acts by name, in the order of the documentation."""
