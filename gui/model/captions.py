"""The one sentence under the picture: what is happening now, with true counts. Pure."""

from collections.abc import Callable

import numpy as np

from twostroke.engine.border.cursor import Extra, Phase
from twostroke.engine.border.snapshot import Status
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.at_turn import sentence_of
from twostroke.gui.model.largest_step import largest_step
from twostroke.gui.model.numbers import number
from twostroke.gui.model.switched import own_off, passed_by
from twostroke.gui.model.user_text import short
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.words import as_sentence, in_words, loss_of_sample, neuron_name

BRIEFLY = 24
"""Characters of a name that a user gave, in a sentence that has no tool tip: what it is called is seen elsewhere."""

AJAR = 0.5
"""A gate that lets less through, and is not closed, is told apart from an open one."""


def place(layer: LayerView) -> str:
    """A layer's name inside a sentence."""
    return f"the {layer.name}" if layer.name in ("input", "output") else layer.name


def caption_of(view: ViewState) -> str:
    """What is happening now."""
    moment = view.moment
    if moment is None:
        return _live(view)
    return sentence_of(view, moment) or _SENTENCES[moment.step.phase](view, moment.step.layer)


def _live(view: ViewState) -> str:
    snapshot = view.snapshot
    if snapshot.failure is not None:
        return snapshot.failure.message
    if snapshot.status is Status.COMPILING:
        return "The engine is being compiled; the picture shows the network as it begins."
    if snapshot.status is not Status.RUNNING:
        return f"At rest after update {snapshot.update:,}. {_shown(view)}"
    passed = counted(snapshot.updates_since_last, "update")
    return f"Live: {passed} since the last frame. {_shown(view)}"


def _shown(view: ViewState) -> str:
    """Which sample, or what is tried in its place."""
    return f"The picture shows {shown_name(view)}.{_used(view)}"


def shown_name(view: ViewState) -> str:
    """What the picture shows of the data while no tape is laid."""
    trial = view.trial
    if trial is None:
        return f"training sample {view.snapshot.sample}"
    return "a test input, not in the data" if trial.row is None else f"sample {trial.row} of the test part"


def _used(view: ViewState) -> str:
    """What is otherwise in an update than in this picture, which shows the network as it is used."""
    told = ["dropout is off"] if any(layer.dropout for layer in view.layers) else []
    told += ["batch norm uses its running figures"] if any(layer.normalizer == "batch" for layer in view.layers) else []
    sentence = " and ".join(told)
    return f" Here {sentence}." if sentence else ""


def _input(view: ViewState, layer: int) -> str:
    assert view.tape is not None
    first, count = view.layers[0], view.tape.samples
    which = f"Sample {view.row + 1} of {count} in the mini-batch" if count > 1 else "One sample"
    if view.follows_pin:
        which = f"Pinned sample {view.snapshot.sample}, one of {count} in the mini-batch,"
    if first.units <= 3:
        named = zip(first.unit_names, first.a, strict=True)
        values = ", ".join(f"{short(name, BRIEFLY)} = {number(float(v))}" for name, v in named)
        return f"{which} enters: {values}."
    image = view.snapshot.session.data.info.image
    if image is not None:
        return f"{which} enters: a picture of {image[0]} × {image[1]} pixels, {first.units} numbers."
    return f"{which} enters: {first.units} numbers."


def _sum(view: ViewState, layer: int) -> str:
    here, below = view.layers[layer], view.layers[layer - 1]
    silent = int(np.count_nonzero(below.output == 0.0))
    then = _from_sum_to_z(view, here)
    if layer > 1 and silent == below.units:
        what = "the sum" if then else "z"
        return f"Every neuron of {below.name} is silent, so {what} in {place(here)} is the bias alone.{then}"
    if layer > 1 and silent:
        sends = below.units - silent
        verb = "sends" if sends == 1 else "send"
        end = f".{then}" if then else ": z = sum of w · a + bias."
        return f"Only {in_words(sends)} of {in_words(below.units)} in {place(below)} {verb}{end}"
    who = "The output neuron" if here.units == 1 and here.name == "output" else f"Each neuron of {place(here)}"
    return f"{who} adds up w · a, term by term, and its bias{f'.{then}' if then else ': that is z.'}"


def _from_sum_to_z(view: ViewState, here: LayerView) -> str:
    """What a normalizer and a skip path do between the weighted sum and z; "" where there is none."""
    norm = f"{here.normalizer.capitalize()} norm scales the sums anew" if here.normalizer else ""
    if here.skip_from is None:
        return f" {norm}: that is z." if norm else ""
    source = view.layers[here.skip_from]
    through = "" if source.units == here.units else ", through learned weights,"
    added = f"the output of {place(source)}{through} is added" if here.skip_from else f"the input{through} is added"
    return f" {norm}, and {added}: that is z." if norm else f" Then {added}: that is z."


def _shut_words(layer: LayerView, mask: np.ndarray) -> tuple[int, str]:
    """How many gates are shut, and that as the beginning of a sentence."""
    shut = int(np.count_nonzero(layer.shut(mask)))
    if shut == 0:
        return shut, _open_words(layer, mask)
    if layer.units == 1:
        return shut, "It is shut"
    if shut == layer.units:
        return shut, f"All {in_words(shut)} are shut"
    return shut, f"{in_words(shut).capitalize()} of {in_words(layer.units)} {'is' if shut == 1 else 'are'} shut"


def _open_words(layer: LayerView, mask: np.ndarray) -> str:
    """That no gate is shut; those whose doors are seen to be nearly shut are not called open."""
    size = np.abs(mask)
    ajar = size[size < AJAR]
    if not len(ajar):
        return "It is open" if layer.units == 1 else f"All {in_words(layer.units)} are open"
    least = number(float(ajar.min()))
    if layer.units == 1:
        return f"It is not shut, but lets only {least} through"
    who = "all" if len(ajar) == layer.units else in_words(len(ajar))
    let = "lets" if len(ajar) == 1 else "let"
    alike = np.allclose(ajar, ajar[0])
    how = f"only {least} through" if alike else f"less than half through, one of them only {least}"
    return f"None of {in_words(layer.units)} is shut, but {who} {let} {how}"


def _gates(layer: LayerView) -> str:
    return f"the gate{'s' if layer.units > 1 else ''} of {place(layer)}"


def _gate(view: ViewState, layer: int) -> str:
    here = view.layers[layer]
    return _at_gate(here) + _off(view, here, backward=False) + _dropout(here)


def _off(view: ViewState, here: LayerView, *, backward: bool) -> str:
    """That single neurons are passed by."""
    off = own_off(here, backward=backward)
    if off is None:
        return ""
    units = np.flatnonzero(off)
    what = "∂L/∂z = ∂L/∂a" if backward else "a = z"
    if len(units) > 1:
        return f" {in_words(len(units)).capitalize()} gates are switched off: there {what}."
    return f" That of {neuron_name(view, here.index, int(units[0]))} is switched off: there {what}."


def _dropout(here: LayerView) -> str:
    """What dropout does behind the gates, and what its mask will do to the gradient."""
    if here.dropout_mask is None:
        return ""
    gone = int(np.count_nonzero(here.silenced))
    who = f"{in_words(gone)} of {in_words(here.units)}"
    return f" Dropout silences {who}; the same mask will meet the gradient."


def _dropped_before(here: LayerView) -> str:
    if here.dropout_mask is None:
        return ""
    gone = int(np.count_nonzero(here.silenced))
    who = "no neuron" if gone == 0 else f"{in_words(gone)} neuron{'' if gone == 1 else 's'}"
    return f" Dropout's mask, that of the forward stroke, has silenced {who} before."


def _at_gate(here: LayerView) -> str:
    if not here.gate_forward:
        return f"On the forward stroke {_gates(here)} are switched off: z goes on as it is, a = z."
    if here.forward_mask is None:
        title = as_sentence(here.title)
        return f"{title} shares one unit of belief among the outputs; it has no gate of its own per neuron."
    if _never_shut(here):
        return f"{as_sentence(here.title)} has no gate to shut: all of z passes, a = z in {place(here)}."
    shut, words = _shut_words(here, here.forward_mask)
    if here.entry is None:
        return f"z meets {_gates(here)}, of {in_words(len(here.kinds))} kinds. {words}."
    if here.entry.open_output:
        after = "nothing passes there, a = 0" if shut else f"a = {here.entry.open_output}"
        return f"z meets {_gates(here)}. {words}: {after}."
    low, high = float(here.forward_mask.min()), float(here.forward_mask.max())
    span = number(low) if here.units == 1 else f"{number(low)} to {number(high)}"
    return f"z meets {_gates(here)}. The {here.title} dims it: the forward mask is {span}."


def _never_shut(here: LayerView) -> bool:
    """Whether signal and gradient pass as if there were no gate."""
    return here.entry is not None and here.entry.one_mask and here.entry.constant_gain == 1.0


def _loss(view: ViewState, layer: int) -> str:
    last = view.layers[-1]
    loss = "weighted loss" if _weighted(view) else "loss"
    if last.units == 1:
        return (
            f"The prediction is {number(float(view.predictions[0]))}, the target {number(_right(view))}: "
            f"the {loss} of this sample is {loss_of_sample(view)}."
        )
    if view.asks_values:
        return f"{_worst(view)} The {loss} of this sample is {loss_of_sample(view)}."
    right = int(np.argmax(view.target))
    guess = int(np.argmax(last.a))
    share = number(float(last.a[right]))
    verdict = (
        "and is the best guess" if guess == right else f"but the best guess is {short(last.unit_names[guess], BRIEFLY)}"
    )
    name = short(last.unit_names[right], BRIEFLY)
    return f"The right class, {name}, gets {share} {verdict}. The {loss} of this sample is {loss_of_sample(view)}."


def _right(view: ViewState) -> float:
    """What a single output should say: a value in its own units, or what the loss asks for."""
    return float(view.truths[0]) if view.asks_values else view.aim


def _worst(view: ViewState) -> str:
    """Of several values, where the prediction is farthest off, as the loss sees it."""
    unit = int(np.argmax(np.abs(view.layers[-1].a - view.target)))
    prediction, target = number(float(view.predictions[unit])), number(float(view.truths[unit]))
    name = view.layers[-1].unit_names[unit]
    return f"Each output has a target of its own; farthest off is {name}, with {prediction} for {target}."


def _weighted(view: ViewState) -> bool:
    """Whether classes weigh differently, so that a sample's loss is that times its weight."""
    return view.snapshot.session.training.class_weights.name != "none"


def _gate_back(view: ViewState, layer: int) -> str:
    here = view.layers[layer]
    if here.fused:
        begins = "The backward stroke begins."
        slope = LOSSES[view.loss_name].slope_at_z.format(a="prediction")
        told = f"weight · ({slope})" if _weighted(view) else slope
        return f"{begins} Loss and {here.title} are taken as one: ∂L/∂z = {told}."
    return _back_at_gate(here) + _off(view, here, backward=True) + _dropped_before(here)


def _back_at_gate(here: LayerView) -> str:
    if not here.gate_backward:
        return f"On the backward stroke {_gates(here)} are switched off: ∂L/∂z = ∂L/∂a."
    if _never_shut(here):
        return f"The gradient passes {place(here)} unchanged: the gain of {here.title} is 1."
    assert here.backward_mask is not None
    shut, words = _shut_words(here, here.backward_mask)
    if here.entry is not None and not here.entry.exact(dict(here.params)):
        own = "" if here.entry.constant_gain is None else f", which is {here.entry.constant_gain:g}"
        return f"The gradient meets {_gates(here)}. A surrogate stands in for the {here.title}'s gain{own}."
    if here.entry is not None and here.entry.constant_gain == 0.0:
        return f"The gradient meets {_gates(here)}. The {here.title}'s gain is 0 everywhere: nothing behind it learns."
    if shut and here.masks_equal:
        return f"The gradient meets {_gates(here)}. {words}: nothing passes, as on the way forward."
    if shut:
        tight = here.entry is not None and here.entry.shut_below == 0.0
        passes = "nothing passes there" if tight else "next to nothing passes"
        return f"The gradient meets {_gates(here)}. {words}: {passes}."
    if here.masks_equal:
        return f"The gradient meets {_gates(here)}. {words}, as on the way forward."
    met = here.backward_mask[~passed_by(here, here.units, backward=True)]
    if not met.size:
        return f"The gradient meets {_gates(here)}."
    low, high = number(float(met.min())), number(float(met.max()))
    span = low if low == high else f"{low} to {high}"
    return f"The gradient meets {_gates(here)}. It is multiplied by the gain f′(z): {span}."


def _weights(view: ViewState, layer: int) -> str:
    assert view.tape is not None and view.moment is not None
    here, below = view.layers[layer], view.layers[layer - 1]
    if here.delta is not None and not view.links[layer - 1].learns:
        return f"δ is 0 in {place(here)} for every sample: no link into it will change."
    if view.tape.samples > 1 and (view.moment.fraction > 0.5 or view.moment.term is Extra.MEAN):
        return f"The mean of δ · a over the {view.tape.samples} samples is ∂L/∂w of each link into {place(here)}."
    idle = int(np.count_nonzero(here.delta == 0.0)) if here.delta is not None else 0
    if idle:
        verb = "has" if idle == 1 else "have"
        learns = "learns" if idle == 1 else "learn"
        who = f"{in_words(idle).capitalize()} {verb} δ = 0 and {learns} nothing from this sample."
        return f"δ · a lands on each link into {place(here)}. {who}"
    source = "the inputs" if layer == 1 else place(below)
    if here.normalizer:
        return f"δ goes back through the {here.normalizer} norm of {place(here)} to the sums, and there meets a."
    share = "share of " if any(each.normalizer == "batch" for each in view.layers[layer:]) else ""
    return f"On each link from {source} to {place(here)}, δ meets a: the product is this sample's {share}∂L/∂w."


def _spread(view: ViewState, layer: int) -> str:
    here, below = view.layers[layer], view.layers[layer - 1]
    assert here.delta is not None
    sends = int(np.count_nonzero(here.delta))
    if sends == 0:
        return f"No neuron of {place(here)} has a gradient to send; {below.name} will learn nothing."
    by_skip = any(source == below.index for source, _ in view.skip_targets)
    joins = ", where it joins the gradient that came over the skip path" if by_skip else ""
    if sends < here.units:
        verb = "sends" if sends == 1 else "send"
        who = f"Only {in_words(sends)} of {in_words(here.units)} in {place(here)} {verb}"
        return f"{who} w · δ back to {below.name}{joins}."
    if by_skip:
        return f"{place(here).capitalize()} sends w · δ back to {below.name}{joins}."
    what = f"what meets dropout's mask in {below.name}" if below.dropout_mask is not None else f"∂L/∂a in {below.name}"
    if here.units == 1:
        return f"The neuron of {place(here)} sends w · δ back along its links: that is {what}."
    return f"Every neuron of {place(here)} sends w · δ back along its links; their sum is {what}."


def _update(view: ViewState, layer: int) -> str:
    steps = [link.steps for link in view.links if link.steps is not None]
    moved, total = sum(each.moved for each in steps), sum(each.total for each in steps)
    step = largest_step(view)
    if moved == 0 and step.size == 0:
        return "The update changes nothing."
    what = "" if step.what == "weight" else f" ({step.what}, {view.layers[step.layer].name})"
    largest = f"the largest step is {number(step.size)}{what}."
    if moved == 0:
        return f"The update changes no weight, only other numbers; {largest}"
    everything = {1: "the only weight", 2: "both weights"}.get(total, f"all {total:,} weights")
    told = everything if moved == total else f"{moved:,} of {total:,} weights"
    return f"The update moves {told}, against the gradient; {largest}"


_SENTENCES: dict[Phase, Callable[[ViewState, int], str]] = {
    Phase.INPUT: _input,
    Phase.SUM: _sum,
    Phase.GATE: _gate,
    Phase.LOSS: _loss,
    Phase.GATE_BACK: _gate_back,
    Phase.WEIGHTS: _weights,
    Phase.SPREAD: _spread,
    Phase.UPDATE: _update,
}
