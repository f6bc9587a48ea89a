"""What the names of claims mean, of a network at one moment, and of those beside it. The tables say it for readers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twostroke.engine.border.snapshot import Scores
from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.functions import FUNCTIONS, OF_NETWORKS
from twostroke.engine.session.phrases import listed, nearest, shown

if TYPE_CHECKING:  # the words of claims are known before there is a network: they load no kernels
    from twostroke.engine.claims.subject import Subject


@dataclass(frozen=True)
class Word:
    """What one name means: as a reader is told it, and how it is found."""

    means: str
    of: "Callable[[Subject], Any]"


NAMES: dict[str, Word] = {
    "update": Word("updates done", lambda s: s.update),
    "epoch": Word("epochs done, with the part of the one under way", lambda s: s.epoch),
    "failed": Word("whether training has stopped at a number that is not finite", lambda s: s.failed),
    "depth": Word("hidden layers", lambda s: s.depth - 1),
    "units": Word("hidden units, of all layers", lambda s: sum(s.session.widths[1:-1])),
    "parameters": Word("numbers that training changes", lambda s: int(s.network.theta.size)),
    "batch_size": Word("samples of a full mini-batch", lambda s: s.session.training.batch_size),
    "learning_rate": Word("that of the session", lambda s: float(s.session.training.optimizer.learning_rate)),
    "loss": Word("mean loss of the mini-batch that comes next, before its update", lambda s: s.tape.loss),
    "x": Word("the mini-batch, (B, inputs)", lambda s: s.tape.x),
    "target": Word("its targets, (B, outputs)", lambda s: s.tape.target),
    "row": Word("place in the mini-batch of the sample that is shown, for subscripts: `l1.z[row]`", lambda s: s.row),
}
"""Names that stand alone, besides those of groups."""

GROUPS: dict[str, str] = {
    "l1, l2, ...": "a layer with weights, from the first hidden one on; `layer 2` is `l2`",
    "out": "the output layer",
    "train, test": "figures over a part of the data, as the network is used",
    "a, b, c, d": "networks that are compared: `a` is the main one; each has all these names, as `b.test.loss`",
    "before, ...": "a moment that the act `remember` has named; it has all these names, as `before.train.loss`",
}
"""Names with parts behind a point."""


@dataclass(frozen=True)
class LayerWord:
    """The same of a part of a layer."""

    means: str
    of: "Callable[[Subject, int], Any]"


def _activation(subject: "Subject", number: int) -> str:
    layer = subject.layer(number)
    return "mixed" if layer.neurons else layer.activation


LAYER_NAMES: dict[str, LayerWord] = {
    "firing": LayerWord("(B, units) which units fire, for the mini-batch", lambda s, n: s.firing(n)),
    "shut": LayerWord(
        "(B, units) which gates are shut: gain 0, or below 0.01 for smooth functions", lambda s, n: s.shut(n)
    ),
    "saturated": LayerWord("the same, as one says of smooth functions", lambda s, n: s.shut(n)),
    "open": LayerWord("(B, units) which gates are not shut", lambda s, n: ~s.shut(n)),
    "dead": LayerWord(
        "(units,) which fire for no sample of the training part", lambda s, n: s.units.layers[n - 1].dead
    ),
    "units": LayerWord("neurons in the layer", lambda s, n: s.layer(n).units),
    "activation": LayerWord('name of its activation function; "mixed" where neurons differ', _activation),
    "norm": LayerWord('"none", "batch" or "layer"', lambda s, n: s.network.layers[n - 1].norm),
}
"""Parts of a layer besides the arrays of a trace."""

MASKS = ("firing", "shut", "saturated", "open", "dead")
"""Parts of a layer whose names may stand alone in a subscript of another one: `l1.dloss_dz[shut]`."""

TRACE: dict[str, str] = {
    "weight": "(units, inputs) before the update",
    "bias": "(units,) before the update",
    "z": "(B, units) pre-activation",
    "a": "(B, units) activation",
    "gain": "(B, units) f'(z), the backward mask; not of softmax",
    "forward_mask": "(B, units) what the gate did to the signal",
    "dloss_da": "(B, units) gradient of the mean loss before the gate; not where loss and output are one",
    "dloss_dz": "(B, units) the same behind the gate: the error signal",
    "dloss_dweight": "(units, inputs) gradient of the weights",
    "dloss_dbias": "(units,) gradient of the biases",
    "weight_next": "(units, inputs) after the update",
    "bias_next": "(units,) after the update",
}
"""Keys of a trace that layers have. Others go by their own names, as `l1.param.negative_slope`, `l1.running_mean`."""

PART_NAMES: dict[str, tuple[str, Callable[[Scores], Any]]] = {
    "loss": ("mean loss", lambda s: s.loss),
    "accuracy": ("share of the samples whose class is right", lambda s: s.accuracy),
    "r2": ("1 - residual / total sum of squares, for values", lambda s: s.r2),
    "samples": ("how many there are", lambda s: None if s.output is None else len(s.output)),
    "output": ("(n, outputs) what the network answers", lambda s: s.output),
    "losses": ("(n,) the loss of each sample", lambda s: s.losses),
    "confusion": ("(classes, classes) samples by true and by predicted class", lambda s: s.confusion),
    "recall": ("(classes,) share of its samples that are found", lambda s: _of_classes(s, "recall")),
    "precision": ("(classes,) share of what is taken for it that is right", lambda s: _of_classes(s, "precision")),
    "f1": ("(classes,) harmonic mean of both", lambda s: _of_classes(s, "f1")),
}
"""Parts of `train` and `test`."""


def _of_classes(scores: Scores, name: str) -> Any:
    if scores.confusion is None:
        return None
    from twostroke.engine.probes.per_class import class_figures  # its package loads the kernels

    return getattr(class_figures(scores.confusion), name)


def unknown_name(name: str, known: Sequence[str], owner: str = "") -> ClaimError:
    """That something has no such name, with the nearest one that is there."""
    guess = nearest(name, known)
    what = f"{owner} has no {shown(name)}" if owner else f"unknown name {shown(name)}"
    return ClaimError(f"{what}; " + (f"did you mean {guess}?" if guess else f"expected {listed(known)}"))


@dataclass(frozen=True, eq=False)
class PartOfData:
    """`train` or `test`."""

    title: str
    scores: Scores | None

    def names(self) -> Sequence[str]:
        """As a Group."""
        return tuple(PART_NAMES)

    def bare(self) -> Sequence[str]:
        """As a Group."""
        return ()

    def part(self, name: str) -> Any:
        """As a Group."""
        if name not in PART_NAMES:
            raise unknown_name(name, self.names(), self.title)
        if self.scores is None:
            raise ClaimError("these data have no test part, so nothing can be said of it")
        found = PART_NAMES[name][1](self.scores)
        if found is None:
            raise ClaimError(f"{self.title} has no {name} for such data")
        return found


@dataclass(frozen=True, eq=False)
class ArraysOf:
    """The arrays of a layer under one name: `l1.param`."""

    title: str
    arrays: Mapping[str, Any]

    def names(self) -> Sequence[str]:
        """As a Group."""
        return tuple(self.arrays)

    def bare(self) -> Sequence[str]:
        """As a Group."""
        return ()

    def part(self, name: str) -> Any:
        """As a Group."""
        found = _array(self.title, self.arrays, name)
        if found is None:
            raise unknown_name(name, self.names(), self.title)
        return found


def _array(title: str, arrays: Mapping[str, Any], name: str) -> Any:
    """The array of that name, or those whose names begin with it and a point; None where there are none."""
    if name in arrays:
        return arrays[name]
    below = {key.removeprefix(f"{name}."): value for key, value in arrays.items() if key.startswith(f"{name}.")}
    return ArraysOf(f"{title}.{name}", below) if below else None


@dataclass(frozen=True, eq=False)
class LayerOf:
    """A layer of a network."""

    subject: "Subject"
    number: int

    @property
    def title(self) -> str:
        """What it is called in claims."""
        return f"l{self.number}"

    def names(self) -> Sequence[str]:
        """As a Group."""
        return (*(key for key in self._arrays if "." not in key), *LAYER_NAMES)

    def bare(self) -> Sequence[str]:
        """As a Group."""
        return MASKS

    @property
    def _arrays(self) -> dict[str, Any]:
        return self.subject.arrays(self.number)

    def part(self, name: str) -> Any:
        """As a Group."""
        if name in LAYER_NAMES:
            return LAYER_NAMES[name].of(self.subject, self.number)
        found = _array(self.title, self._arrays, name)
        if found is not None:
            return found
        if name in TRACE:
            raise ClaimError(f"{self.title} has no {name}: {ABSENT[name]}")
        raise unknown_name(name, self.names(), self.title)


ABSENT = {
    "gain": "it is softmax, whose Jacobian is no mask",
    "dloss_da": "loss and output activation are differentiated as one",
}


@dataclass(frozen=True, eq=False)
class Words:
    """The vocabulary of claims about `main`; `others`: further networks, or moments of it, by their names."""

    main: "Subject"
    others: "Mapping[str, Subject]" = field(default_factory=dict)
    title: str = "the network"

    def names(self) -> Sequence[str]:
        """As a Vocabulary, and as a Group."""
        layers = (f"l{number}" for number in range(1, self.main.depth + 1))
        return (*NAMES, "train", "test", *layers, "out", *self.others)

    def bare(self) -> Sequence[str]:
        """As a Group."""
        return ()

    def part(self, name: str) -> Any:
        """As a Group."""
        return self.value(name)

    def value(self, name: str) -> Any:
        """As a Vocabulary."""
        if name in self.others:
            return Words(self.others[name], {}, name)
        if name in NAMES:
            return NAMES[name].of(self.main)
        if name in ("train", "test"):
            return PartOfData(name, getattr(self.main.evaluation, name))
        number = self.main.depth if name == "out" else _layer_number(name)
        if number is None:
            raise self._unknown(name)
        self.main.layer(number)
        return LayerOf(self.main, number)

    def _unknown(self, name: str) -> ClaimError:
        if name in MASKS:
            return ClaimError(f"{shown(name)} alone is said of no layer; write l1.{name}, or l1.z[{name}]")
        return unknown_name(name, self.names())

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """As a Vocabulary."""
        try:
            if name in OF_NETWORKS:
                return OF_NETWORKS[name].call(*_subjects(self.main, name, arguments))
            return FUNCTIONS[name].call(*arguments)
        except ClaimError:
            raise
        except ValueError as error:  # of a probe that has no meaning here
            raise ClaimError(f"{name}: {str(error).removesuffix('.')}") from error


def _layer_number(name: str) -> int | None:
    return int(name[1:]) if name[:1] == "l" and name[1:].isdecimal() and len(name) < 6 else None


def _subjects(main: "Subject", name: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """A network, and the layer of it where the function is one of layers."""
    if not OF_NETWORKS[name].fewest:
        given = arguments[0] if arguments else None
        if not (given is None or isinstance(given, Words)):
            raise ClaimError(f"{name} takes nothing, or a network such as before")
        return (main if given is None else given.main,)
    layer = arguments[0]
    if isinstance(layer, LayerOf):
        return layer.subject, layer.number
    if not isinstance(layer, int) or isinstance(layer, bool):
        raise ClaimError(f"{name} takes a layer, as in {name}(l1)")
    main.layer(layer)
    return main, layer
