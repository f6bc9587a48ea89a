"""Sums and products in captions, on links and in the panel Neuron are right as they are read."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.gui.examples import example_session
from tests.gui.reading import holds, read
from tests.gui.scenes import view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec_errors import parse_session
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.numbers import as_read, number
from twostroke.gui.model.on_paper import product_text

factor = st.floats(-40, 40).filter(lambda x: abs(x) > 1e-5)


@given(factor, st.integers(2, 9))
@cases(100)
def test_what_is_read_is_what_is_written(value: float, digits: int) -> None:
    assert as_read(value, digits) == pytest.approx(read(number(value, digits)), rel=1e-12)


@given(factor, factor)
@cases(100)
def test_products_are_right_on_paper(left: float, right: float) -> None:
    factors, told = product_text(left, right, left * right).split(" = ")
    first, second = factors.split(" · ")
    assert holds(read(first) * read(second), told)


@given(st.floats(-40, 40), st.floats(-40, 40), st.booleans())
@cases(100)
def test_no_sign_follows_a_multiplication_sign(left: float, right: float, sign: bool) -> None:
    told = product_text(left, right, left * right, sign=sign)
    assert not re.search("· [−+-]", told)
    assert "(" not in told or right < 0


def test_a_negative_factor_is_written_in_brackets() -> None:
    assert product_text(2.0, -0.5, -1.0) == "2 · (−0.5) = −1"
    assert product_text(-2.0, 0.5, -1.0) == "−2 · 0.5 = −1"
    assert product_text(2.0, -5e-7, -1e-6) == "2 · (−5·10⁻⁷) = −10⁻⁶"
    assert product_text(2.0, -math.inf, -math.inf) == "2 · (−∞) = −∞"


@pytest.mark.parametrize("name", ["gelu", "tanh"])
@pytest.mark.parametrize("norm", ["none", "layer"])
def test_no_line_of_a_neuron_has_two_signs_in_a_row(name: str, norm: str) -> None:
    """Gains below 0, too, and what a normalizer makes of a sum."""
    hidden = [{"units": 8, "activation": name, "norm": norm, "dropout": 0.2}] * 2
    session = parse_session({"format": "twostroke-session", "version": 1, "network": {"layers": hidden}}, "here")
    seen = 0
    for step in (Step(Phase.SUM, 2), Step(Phase.GATE_BACK, 2), Step(Phase.UPDATE)):
        view = view_at(session, step)
        for unit in range(8):
            for line in inspect(view, NeuronRef(2, unit)).lines:
                assert not re.search("[·/] [−+-]", line.text), line
                seen += "· (−" in line.text
    assert seen


@pytest.mark.parametrize("step", [Step(Phase.UPDATE), Step(Phase.GATE, 1)])
@pytest.mark.parametrize("widths", [(2,), (8, 8), (5, 3, 4)])
def test_the_lines_of_a_neuron_add_up(widths: tuple[int, ...], step: Step) -> None:
    """0.66 − 0.53 was 0.12, and 0.14 · 0.59 was 0.082."""
    view = view_at(example_session(widths), step)
    for unit in range(widths[0]):
        lines = inspect(view, NeuronRef(1, unit)).lines
        at = next(place for place, line in enumerate(lines) if line.name == "z")
        parts = [line.text.split(" = ")[-1] for line in lines[:at]]
        assert holds(sum(map(read, parts)), lines[at].text.split(" = ")[-1])
        for line in lines:
            told = line.text.split(" = ")
            if " · " in told[0] and "…" not in line.text and "Σ" not in told[0]:
                first, second = told[0].split(" · ")
                assert holds(read(first) * read(second), told[1]), line
