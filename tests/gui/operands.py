"""The operands of an account, found by what they are: what an account's number is worked out anew from."""

import math
from typing import Any

import numpy as np

from tests.engine.naive.layers import activation_of
from twostroke.gui.model.explain.quantities import Account, Kind, Operand
from twostroke.gui.model.view import ViewState


class Shown:
    """The operands of an account, found by what they are."""

    def __init__(self, view: ViewState, account: Account) -> None:
        self.view, self.account, self.session = view, account, view.snapshot.session.model_dump(mode="json")
        self.q = account.quantity

    def all(self, *kinds: Kind) -> list[float]:
        """Values of all operands of these kinds."""
        return [value_of(each) for each in self.account.operands if each.quantity and each.quantity.kind in kinds]

    def one(self, *kinds: Kind) -> float:
        """The only one of these kinds."""
        (value,) = self.all(*kinds)
        return value

    def first(self) -> float:
        """The only operand."""
        (operand,) = self.account.operands
        return value_of(operand)

    def own(self, kind: Kind) -> float:
        """The one of this neuron and sample."""
        return self.at(kind, self.q.unit)

    def at(self, kind: Kind, unit: int, source: int | None = None) -> float:
        """The one of that neuron."""
        (value,) = {
            value_of(each)
            for each in self.account.operands
            if each.quantity and (each.quantity.kind, each.quantity.unit, each.quantity.source) == (kind, unit, source)
        }
        return value

    def parameter(self, name: str) -> float:
        """A learned number by its name."""
        return next(value_of(e) for e in self.account.operands if e.quantity and e.quantity.name == name)

    def const(self, name: str) -> float:
        """A number of the session."""
        return next(value_of(e) for e in self.account.operands if e.quantity is None and e.name.startswith(name))

    def has(self, kind: Kind) -> bool:
        """Whether there is one of that kind."""
        return bool(self.all(kind))

    @property
    def is_nothing(self) -> bool:
        """Whether the account says that the number is 0 or 1 or what it was, for a reason."""
        return len(self.account.operands) <= 1 and all(e.quantity is None for e in self.account.operands)

    @property
    def layer(self) -> dict[str, Any]:
        """The layer's part of the session."""
        network = self.session["network"]
        layers: list[dict[str, Any]] = [*network["layers"], network["output"]]
        return layers[self.q.layer - 1]

    def gate(self) -> tuple[str, dict[str, Any]]:
        """The neuron's activation with its numbers, learned ones as the account shows them."""
        neurons = self.layer.get("neurons")
        name, p = activation_of(neurons[self.q.unit] if neurons else self.layer["activation"])
        for operand in self.account.operands:
            if operand.quantity and operand.quantity.kind is Kind.PARAMETER:
                p[operand.quantity.name.rpartition(".")[2]] = operand.value
        return name, p

    @property
    def loss(self) -> str:
        """The loss by name."""
        loss = self.session["training"]["loss"]
        return loss if isinstance(loss, str) else str(loss["name"])

    @property
    def outputs(self) -> int:
        """How many outputs."""
        return self.view.layers[-1].units

    @property
    def true_class(self) -> int:
        """The class that is right, of several."""
        tape = self.view.tape
        return int(np.argmax(self.view.target if tape is None else tape.target[self.q.row or 0]))

    def weight(self) -> float:
        """What the sample counts."""
        return self.one(Kind.SAMPLE_WEIGHT) if self.has(Kind.SAMPLE_WEIGHT) else 1.0


def value_of(operand: Operand) -> float:
    return math.nan if operand.value is None else operand.value
