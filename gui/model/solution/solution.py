"""Puts a solution together: every number that is worked out follows, line by line, from those above it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from twostroke.engine.border.slopes import Measured
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.explain import learned
from twostroke.gui.model.explain.account import EXPLAINERS, explain
from twostroke.gui.model.explain.checked_slope import compare
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import OF_A_PARAMETER, Account, Kind, Quantity
from twostroke.gui.model.numbers import latex
from twostroke.gui.model.solution.chosen import Chosen, chosen
from twostroke.gui.model.solution.needed import Needed
from twostroke.gui.model.solution.origin import origin_of
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.solution.written import Block, Checked, Checks, Document, Line, Rule, Section, Text, Values
from twostroke.gui.model.user_text import legible
from twostroke.gui.model.view import LayerView, ViewState
from twostroke.gui.model.words import title_of

FORWARD = (
    *(Kind.SUM, Kind.MEAN, Kind.VARIANCE, Kind.NORMALIZED, Kind.SKIP, Kind.Z, Kind.A, Kind.DROPOUT_MASK, Kind.OUTPUT),
)
LOSS = (Kind.SAMPLE_WEIGHT, Kind.OUTPUT_LOSS, Kind.LOSS)
BACKWARD = (Kind.OUTPUT_UPSTREAM, Kind.UPSTREAM, Kind.GAIN, Kind.DELTA, Kind.SUM_DELTA)
GRADIENTS = (Kind.SAMPLE_GRADIENT, Kind.GRADIENT)
UPDATE = (
    *(Kind.SQUARES, Kind.LAYER_SQUARES, Kind.NORM, Kind.CLIP_FACTOR, Kind.CLIPPED, Kind.STEP_GRADIENT, Kind.RATE),
    *(Kind.NEXT_VELOCITY, Kind.NEXT_FIRST, Kind.NEXT_SECOND, Kind.CORRECTED_FIRST, Kind.CORRECTED_SECOND, Kind.NEXT),
)

CHAIN = (
    r"\frac{\partial L}{\partial w^{(l)}_{jk}} = \frac{\partial L}{\partial a^{(l)}_j} \cdot "
    r"\frac{\partial a^{(l)}_j}{\partial z^{(l)}_j} \cdot \frac{\partial z^{(l)}_j}{\partial w^{(l)}_{jk}}"
)
SIGNAL = (
    r"\delta^{(l)}_j = \frac{\partial L}{\partial z^{(l)}_j} = "
    r"\frac{\partial L}{\partial a^{(l)}_j} \cdot f'\left(z^{(l)}_j\right)"
)
PASSED = r"\frac{\partial L}{\partial a^{(l)}_k} = \sum_{j} w^{(l+1)}_{jk} \, \delta^{(l+1)}_j"
SLOPE = (
    r"\frac{\partial \bar{L}}{\partial p} \approx "
    r"\frac{\bar{L}\left(p + \epsilon\right) - \bar{L}\left(p - \epsilon\right)}{2 \epsilon}"
)

GIVEN_OUTRIGHT = {Kind.SUM: "sum", Kind.OUTPUT: "output", Kind.DROPOUT_MASK: "dropout_mask"}
"""Kinds that are worth a line only where the layer has this organ: else they are another number again."""


DIGITS_GIVEN = 6
"""With which numbers are given, at least: what follows from them shall be right in all digits that it is asked for."""


def solution_of(view: ViewState, measured: Mapping[Quantity, Measured], wishes: Wishes) -> Document:
    """The update of `view`, all of which is known, as `wishes` say; `measured`: what was measured of gradients, by
    `to_measure`. LookupError where the network has no such neuron."""
    return _Solution(view, wishes).document(measured)


def to_measure(view: ViewState, wishes: Wishes) -> tuple[Quantity, ...]:
    """The gradients whose slopes are to be measured for the proof."""
    facts = Facts(view, EXPLAINERS, wishes.digits)
    return tuple(_gradient_of(facts, q) for q in chosen(facts, wishes.neurons).parameters)


def _gradient_of(facts: Facts, q: Quantity) -> Quantity:
    return learned.of(replace(q, name=learned.key_of(q) if q.kind is Kind.PARAMETER else ""), Kind.GRADIENT)


class _Solution:
    """While it is put together."""

    def __init__(self, view: ViewState, wishes: Wishes) -> None:
        self._view, self._wishes = view, wishes
        self._facts = Facts(view, EXPLAINERS, wishes.digits)
        self._chosen: Chosen = chosen(self._facts, wishes.neurons)
        self._accounts = {account.quantity: account for account in self._walked()}
        self._needed = Needed(self._facts, max(wishes.digits, DIGITS_GIVEN), self._of_one)
        self._number = 0
        self._done: set[Quantity] = set()

    def document(self, measured: Mapping[Quantity, Measured]) -> Document:
        tape = self._view.tape
        assert tape is not None
        several = f", sample {self._view.row + 1} of {tape.samples} in the mini-batch" if tape.samples > 1 else ""
        return Document(
            title="Exercise: one update by hand" if self._wishes.sheet else "One update, worked out",
            about=f"Update {tape.update:,}{several}",
            origin=origin_of(self._view.snapshot.session),
            name=legible(self._wishes.name),
            sections=tuple(section for section in self._sections(measured) if section.blocks),
            sheet=self._wishes.sheet,
        )

    # -- what is worked out --------------------------------------------------------------------------------------

    def _walked(self) -> Iterator[Account]:
        """The accounts of all that the new values need, of the neurons that were chosen."""
        waiting = [Quantity(Kind.LOSS, row=self._view.row), *self._ends()]
        found: set[Quantity] = set()
        while waiting:
            quantity = self._plainly(waiting.pop())
            if quantity in found or not self._is_told(quantity):
                continue
            found.add(quantity)
            account = explain(self._view, quantity, self._wishes.digits)
            if account.rule != account.symbol and not _is_setting(account):
                yield account
            waiting += [each.quantity for each in account.operands if each.quantity is not None]

    def _ends(self) -> Iterator[Quantity]:
        if self._samples > 1:
            yield Quantity(Kind.LOSS)
        for parameter in self._chosen.parameters:
            gradient = _gradient_of(self._facts, parameter)
            yield learned.of(gradient, Kind.SAMPLE_GRADIENT, self._view.row)
            yield gradient
            yield learned.of(gradient, Kind.NEXT)
        for layer, unit in self._chosen.neurons:  # also of neurons whose weights do not ask for them
            yield Quantity(Kind.A, layer, unit, None, self._view.row)

    @property
    def _samples(self) -> int:
        return self._facts.samples

    def _plainly(self, q: Quantity) -> Quantity:
        """Of one sample alone the mean is its own gradient."""
        if q.kind is Kind.GRADIENT and self._samples == 1:
            return replace(q, kind=Kind.SAMPLE_GRADIENT, row=0)
        return q

    def _is_told(self, q: Quantity) -> bool:
        if q.kind in (Kind.RATE, Kind.NORM, Kind.CLIP_FACTOR, Kind.LAYER_SQUARES):
            return True
        if q.row is not None and q.row != self._view.row:
            return False
        if q.kind in LOSS:
            return q.kind is Kind.LOSS or q.row is not None
        if q.kind in OF_A_PARAMETER and learned.old(q) not in self._chosen.parameters:
            return False
        organ = GIVEN_OUTRIGHT.get(q.kind)
        if organ is not None and organ not in self._facts.layer(q.layer).organs:
            return False
        return (q.layer, q.unit) in self._chosen.neurons or q.kind in (Kind.MEAN, Kind.VARIANCE)

    # -- sections ------------------------------------------------------------------------------------------------

    def _sections(self, measured: Mapping[Quantity, Measured]) -> Iterator[Section]:
        yield Section("Given", tuple(self._given()))
        yield Section("Forward", tuple(self._lines(FORWARD, _by_layer)))
        yield Section("Loss", tuple(self._lines(LOSS, _by_kind)))
        yield Section("Backward", (Rule(SIGNAL), Rule(PASSED), *self._lines(BACKWARD, _from_the_end)))
        yield Section("Gradient of every parameter", (Rule(CHAIN), *self._lines(GRADIENTS, _from_the_end)))
        yield Section("Update", tuple(self._lines(UPDATE, _by_kind)))
        if not self._wishes.sheet:
            yield Section("Proof", tuple(self._proof(measured)))

    def _given(self) -> Iterator[Block]:
        yield Text(self._network())
        yield Text(self._training())
        if self._chosen.left_out:
            yield Text(self._chosen.left_out)
        row, facts = self._view.row, self._facts
        inputs = [Quantity(Kind.INPUT, 0, k, None, row) for k in range(facts.x.shape[1])]
        targets = [Quantity(Kind.TARGET, facts.depth, k, None, row) for k in range(facts.target.shape[1])]
        yield self._values("Sample", (*inputs, *targets))
        if Quantity(Kind.RATE) not in self._accounts:
            yield self._values("Learning rate", (Quantity(Kind.RATE),))
        settings = self._needed.settings(self._accounts)
        if settings:
            yield Values("Settings", settings)
        for layer, unit in self._chosen.neurons:
            own = [q for q in self._chosen.parameters if (q.layer, q.unit) == (layer, unit)]
            yield self._values(facts.place(Quantity(Kind.A, layer, unit)), own)

    def _values(self, heading: str, quantities: Iterable[Quantity]) -> Values:
        symbols = {self._facts.symbol(q): self._facts.value(q) for q in quantities}
        self._needed.known.update(symbols)
        pairs = tuple(f"{symbol} = {latex(value, self._needed.digits)}" for symbol, value in symbols.items())
        return Values(heading[:1].upper() + heading[1:], pairs)

    def _network(self) -> str:
        layers = self._view.layers
        alike = groupby(layers[1:-1], lambda layer: (layer.units, layer.activation))
        named = "; ".join([*(_named(list(run)) for _, run in alike), _named([layers[-1]])])
        return f"A network of {counted(layers[0].units, 'input')}; {named}."

    def _training(self) -> str:
        training = self._facts.session.training
        loss, optimizer = LOSSES[self._view.loss_name].title, title_of(training.optimizer.name)
        rate = training.optimizer.learning_rate
        batch = "" if self._samples == 1 else f" The mini-batch has {self._samples} samples."
        return f"Loss: {loss}. Optimizer: {optimizer}, learning rate {rate:g}.{batch}"

    def _lines(self, kinds: tuple[Kind, ...], order: "Order") -> Iterator[Line]:
        accounts = [account for account in self._accounts.values() if account.quantity.kind in kinds]
        for account in sorted(accounts, key=lambda each: order(kinds.index(each.quantity.kind), each.quantity)):
            yield from self._with_what_it_needs(account)

    def _with_what_it_needs(self, account: Account) -> Iterator[Line]:
        """First, what has not been worked out yet: a normalizer needs its whole layer, and behind it gradients."""
        if account.quantity in self._done:
            return
        self._done.add(account.quantity)
        for operand in account.operands:
            needed = None if operand.quantity is None else self._accounts.get(self._plainly(operand.quantity))
            if needed is not None:
                yield from self._with_what_it_needs(needed)
        self._number += 1
        yield self._line(account)

    def _line(self, account: Account) -> Line:
        quantity, value = account.quantity, latex(account.value, account.digits)
        own = quantity.kind in GRADIENTS
        rule, title = account.rule, account.title
        if own and account.operands:
            rule = self._chained(account)
        if own and self._samples == 1:
            title = title.removeprefix("this sample's ")
        symbol, rule, numbers = (self._of_one(text) for text in (account.symbol, rule, account.numbers))
        note, given = "" if own else account.note, self._needed.by(quantity)
        return Line(quantity, self._number, title, symbol, rule, numbers, value, note, given)

    def _chained(self, account: Account) -> str:
        """The rule with the chain that it comes from, of a weight or bias: dL/dz dz/dw = delta a."""
        q = account.quantity
        if (
            learned.key_of(q) not in ("weight", "bias")
            or self._facts.shown(q.layer).normalizer
            or q.kind is Kind.GRADIENT
        ):
            return account.rule
        z = self._facts.symbol(Quantity(Kind.Z, q.layer, q.unit, None, self._view.row))
        by = self._facts.symbol(learned.old(q))
        chain = rf"\frac{{\partial L}}{{\partial {z}}} \cdot \frac{{\partial {z}}}{{\partial {by}}}"
        return account.rule.replace(" = ", f" = {chain} = ", 1)

    def _of_one(self, latex: str) -> str:
        """The mean of one sample is that sample's own."""
        return latex.replace(r"\bar{L}", "L") if self._samples == 1 else latex

    def _proof(self, measured: Mapping[Quantity, Measured]) -> Iterator[Block]:
        rows = tuple(filter(None, (self._checked(q, one) for q, one in measured.items())))
        if rows:
            yield Text(
                "Each parameter is nudged up and down by a small ε, all else as it was; the slope of the loss is the "
                "gradient."
            )
            yield Rule(self._of_one(SLOPE))
            yield Checks(rows)

    def _checked(self, q: Quantity, measured: Measured) -> Checked | None:
        account = explain(self._view, q, self._wishes.digits)
        found = compare(self._view, account, measured)
        if found is None:
            return None
        digits = self._needed.digits
        numbers = (latex(account.value, digits), latex(measured.value, digits))
        reason = "" if found.agrees or not found.reasons else f" {found.reasons[0]}"
        return Checked(self._of_one(account.symbol), *numbers, f"{found.verdict}{reason}")


def _named(alike: list[LayerView]) -> str:
    """Layers of one kind that follow each other, in one."""
    first, last = alike[0], alike[-1]
    names = first.name if first is last else f"{first.name} to {last.index}"
    each = "" if first is last else " each"
    return f"{names} with {counted(first.units, 'neuron')}{each}, {title_of(first.activation)}"


def _is_setting(account: Account) -> bool:
    """Whether it is a number of the session by another name."""
    return account.quantity.kind is Kind.RATE and account.numbers == latex(account.value, account.digits)


Order = Callable[[int, Quantity], tuple[int, ...]]


def _source(q: Quantity) -> tuple[int, int, int]:
    return q.layer, q.unit, 1_000_000 if q.source is None else q.source


def _by_layer(kind: int, q: Quantity) -> tuple[int, ...]:
    return q.layer, q.unit, kind


def _by_kind(kind: int, q: Quantity) -> tuple[int, ...]:
    return kind, int(q.row is None), *_source(q)


def _from_the_end(kind: int, q: Quantity) -> tuple[int, ...]:
    layer, unit, source = _source(q)
    return (-layer, unit, source, kind) if q.kind in GRADIENTS else (-layer, unit, kind)
