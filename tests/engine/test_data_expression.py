"""Formulas: the grammar against an evaluator of its own, the sentences, and the samples that are drawn from them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twostroke.engine.data import formulas, load
from twostroke.engine.data.expression import MAX_DEPTH, ExpressionError, parse
from twostroke.engine.session.spec import DataSpec, Session


class Undefined(Exception):
    """The oracle cannot vouch for a value here."""


@dataclass(frozen=True)
class Tree:
    """An oracle's formula: its text with as few brackets as possible, how tightly it binds, its value at (x, y)."""

    text: str
    binds: int  # 1 sum, 2 product, 3 sign, 4 power, 5 atom
    at: Callable[[float, float], float]

    def inside(self, least: int) -> str:
        return self.text if self.binds >= least else f"({self.text})"


def tame(value: Any) -> float:
    if isinstance(value, complex) or not abs(value) < 1e4:
        raise Undefined
    return float(value)


def atoms() -> st.SearchStrategy[Tree]:
    number = st.one_of(st.integers(0, 9).map(str), st.sampled_from(["0.5", ".25", "2.", "1e-1", "1.5E+0"]))
    return st.one_of(
        number.map(lambda text: Tree(text, 5, lambda x, y, v=float(text): v)),  # type: ignore[misc]
        st.just(Tree("x", 5, lambda x, y: x)),
        st.just(Tree("y", 5, lambda x, y: y)),
        st.just(Tree("pi", 5, lambda x, y: math.pi)),
        st.just(Tree("e", 5, lambda x, y: math.e)),
    )


def operation(sign: str, left: Tree, right: Tree) -> Tree:
    def at(x: float, y: float) -> float:
        a, b = left.at(x, y), right.at(x, y)
        if sign in "+-" and abs(a + b if sign == "+" else a - b) < 1e-6 * (abs(a) + abs(b)):
            raise Undefined  # what is left is rounding
        results: dict[str, Callable[[], float]] = {
            "+": lambda: a + b,
            "-": lambda: a - b,
            "*": lambda: a * b,
            "/": lambda: a / b,
            "^": lambda: a**b,
            "**": lambda: a**b,
        }
        try:
            return tame(results[sign]())
        except (ZeroDivisionError, OverflowError) as error:
            raise Undefined from error

    if sign in ("^", "**"):
        return Tree(f"{left.inside(5)}{sign}{right.inside(3)}", 4, at)
    binds = 1 if sign in "+-" else 2
    return Tree(f"{left.inside(binds)} {sign} {right.inside(binds + 1)}", binds, at)


def call(name: str, parts: list[Tree]) -> Tree:
    def at(x: float, y: float) -> float:
        values = [part.at(x, y) for part in parts]
        if name == "sign" and abs(values[0]) < 1e-6:
            raise Undefined
        rules: dict[str, Callable[..., float]] = {
            "abs": abs,
            "min": min,
            "max": max,
            "sign": lambda v: math.copysign(1.0, v),
        }
        try:
            return tame(rules.get(name, getattr(math, name, abs))(*values))
        except (ValueError, OverflowError) as error:
            raise Undefined from error

    return Tree(f"{name}({', '.join(part.text for part in parts)})", 5, at)


def trees() -> st.SearchStrategy[Tree]:
    one = st.sampled_from(["sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh", "sign"])
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.builds(operation, st.sampled_from(["+", "-", "*", "/", "^", "**"]), inner, inner),
            st.builds(lambda tree: Tree(f"-{tree.inside(3)}", 3, lambda x, y: -tree.at(x, y)), inner),
            st.builds(lambda name, tree: call(name, [tree]), one, inner),
            st.builds(call, st.sampled_from(["min", "max"]), st.lists(inner, min_size=2, max_size=3)),
        ),
        max_leaves=8,
    )


coordinates = st.floats(-1.0, 1.0).map(lambda v: round(v, 3))


@given(trees(), st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5))
def test_values_agree_with_an_independent_evaluation(tree: Tree, points: list[tuple[float, float]]) -> None:
    """Precedence, associativity, functions: the parser's values are the oracle's wherever the oracle has one."""
    assume(len(tree.text) < 180)
    values = parse(f"z = {tree.text}").values(np.array(points))
    for (x, y), value in zip(points, values, strict=True):
        try:
            expected = tree.at(x, y)
        except Undefined:
            continue
        assert value == pytest.approx(expected, rel=1e-6, abs=1e-6), tree.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 - 2 + 3", 2),
        ("1 - 2 - 3", -4),
        ("8 / 4 / 2", 1),
        ("8 / 4 * 2", 4),
        ("2^3^2", 512),
        ("2**3**2", 512),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^-1", 0.5),
        ("2 * -3", -6),
        ("--2", 2),
        ("+2 - -2", 4),
        ("1 + 2 * 3", 7),
        ("min(3, 1, 2)", 1),
        ("max(3, 1, 5)", 5),
        ("2e1 + .5", 20.5),
    ],
)
def test_values_worked_by_hand(text: str, value: float) -> None:
    """What school teaches of precedence."""
    assert parse(f"z = {text}").values(np.zeros((1, 2)))[0] == value


@given(trees(), trees(), st.sampled_from([">", "<", ">=", "<="]), coordinates, coordinates)
def test_comparisons_agree(left: Tree, right: Tree, sign: str, x: float, y: float) -> None:
    """Both sides may be any formula."""
    assume(len(left.text) + len(right.text) < 180)
    try:
        a, b = left.at(x, y), right.at(x, y)
    except Undefined:
        return
    assume(abs(a - b) > 1e-5 * (1 + abs(a) + abs(b)))
    truth, usable = parse(f"{left.text} {sign} {right.text}").truth(np.array([[x, y]]))
    assert usable[0]
    assert truth[0] == (a > b if sign in (">", ">=") else a < b)


@given(
    st.one_of(
        st.text(), st.text("xyze pi0123456789.+-*/^()=<>!,sincogqrtabhmx−·×π_[]'\"\\"), trees().map(lambda t: t.text)
    )
)
def test_any_text_is_a_formula_or_a_sentence(text: str) -> None:
    """Nothing but the parser's own error comes of any text, and it is one printable line."""
    said = "a formula"
    try:
        formulas.described(text)
    except ExpressionError as error:
        said = str(error)
    assert said.isprintable()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the formula is empty; write for example y > sin(pi * x)"),
        ("  ", "the formula is empty; write for example y > sin(pi * x)"),
        ("x" * 201, "the formula has 201 characters; expected at most 200"),
        ("y > ", 'the formula ends too early, at character 4: expected a number, x, y, a function or "("'),
        ("y > (x", 'the formula ends too early, at character 7: expected an operator or ")"'),
        ("y > x)", 'at character 6: expected an operator or the end, and found ")"'),
        ("y > 2x", 'at character 6: expected an operator or the end, such as 2 * x, and found "x"'),
        ("y x", 'at character 3: expected an operator, such as y * x, and found "x"'),
        ("y", "the formula ends too early, at character 2: expected =, >, <, >= or <="),
        ("y > * x", 'at character 5: expected a number, x, y, a function or "(", and found "*"'),
        ("y > sn(x)", 'at character 5: "sn" is not known; did you mean sin'),
        (
            "y > foo(x)",
            'at character 5: "foo" is not known; expected x, y, pi, e, sin, cos, tan, exp, log, sqrt, abs, '
            "tanh, sign, min or max",
        ),
        ("y > sin x", 'at character 9: expected "(" after sin, and found "x"'),
        ("y > sin(x, y)", "at character 5: sin takes one number, not 2"),
        ("y > min(x)", "at character 5: min takes two numbers or more, not 1"),
        ("y > x > 1", "at character 7: one comparison is enough; leave out the second"),
        ("y == x", 'at character 3: "==" is not known; expected = or a comparison'),
        ("y > x & 1", 'at character 7: "&" has no meaning here'),
        ("y > 1e999", 'at character 5: the number "1e999" is too large'),
        ("x = y", "at character 3: expected y or z alone before the =, as in y = x^2"),
        ("y + 1 = x", "at character 7: expected y or z alone before the =, as in y = x^2"),
        ("y = x * y", "y = f(x) may use x only, not y; write z = f(x, y) for a value over the plane"),
        ("z = z", "z = f(x, y) may use x and y only, not z"),
        ("z > x", "a comparison divides the plane of x and y; z has no meaning in it"),
        (
            "y > " + "(" * 40 + "x" + ")" * 40,
            "at character 35: more than 30 brackets, signs or powers within each other",
        ),
        (
            "y > 5",
            "the comparison is true nowhere in the plane from −1 to 1; expected at least 0.5 % of it for each "
            "of the two classes",
        ),
        (
            "y > -5",
            "the comparison is true everywhere in the plane from −1 to 1; expected at least 0.5 % of it for "
            "each of the two classes",
        ),
        (
            "x > 0.999",
            "the comparison is true on 0.25 % of the plane from −1 to 1; expected at least 0.5 % of it for "
            "each of the two classes",
        ),
        (
            "x > 0.9902",
            "the comparison is true on 0.499 % of the plane from −1 to 1; expected at least 0.5 % of it for "
            "each of the two classes",
        ),
        (
            "y = log(-2 - x)",
            "the formula has a value on 0.0 % of the line from −1 to 1; expected at least 5 %, within ±1,000",
        ),
        (
            "z = sqrt(x - 0.99) * y",
            "the formula has a value on 0.7 % of the plane from −1 to 1; expected at least 5 %, within ±1,000",
        ),
    ],
)
def test_sentences(text: str, said: str) -> None:
    """What, where, what was expected."""
    with pytest.raises(ExpressionError) as found:
        formulas.described(text)
    assert str(found.value) == said


def test_deep_formulas_are_refused_not_recursed() -> None:
    """Signs, brackets and powers count alike; a long flat sum is fine."""
    for text in ("y > " + "-" * 100 + "x", "y > " + "x^" * 90 + "x", "y > " + "sin(" * 45 + "x" + ")" * 45):
        with pytest.raises(ExpressionError, match=str(MAX_DEPTH)):
            parse(text)
    assert parse("y > " + "+".join("1" * 90)).kind == "classes"


def test_signs_of_mathematics_are_read() -> None:
    """−, ·, × and π stand for what they mean."""
    points = np.array([[0.3, 0.0]])
    assert parse("z = −2·x×π").values(points)[0] == pytest.approx(-0.6 * math.pi)


def drawn(expression: str, **settings: Any) -> Any:
    spec = DataSpec.model_validate({"name": "expression", "expression": expression, **settings})
    return load(spec, 1, "float64")


@pytest.mark.parametrize(
    ("expression", "family", "task"),
    [
        ("y > sin(pi * x) / 2", "plane", "binary"),
        ("y = x^3 - x", "line", "regression"),
        ("z = x * y", "plane", "regression"),
    ],
)
def test_samples_obey_the_formula(expression: str, family: str, task: str) -> None:
    """Without noise every label is what the formula says; with noise it is near it."""
    data = drawn(expression, noise=0.0, samples=300)
    assert (data.info.family, data.info.task) == (family, task)
    raw, label = np.concatenate([data.raw_train, data.raw_test]), np.concatenate([data.label_train, data.label_test])
    assert raw.shape == (300, data.info.inputs)
    x, y = raw[:, 0], raw[:, -1]
    expected = {"binary": y > np.sin(np.pi * x) / 2, "line": x**3 - x, "plane": x * y}
    np.testing.assert_allclose(label, expected["binary" if task == "binary" else family], atol=1e-12)
    assert data.provenance == f"300 points of {expression}, noise 0, seed 7."
    rough = drawn(expression, noise=0.2, samples=300)
    moved = rough.raw_train - data.raw_train if task == "binary" else rough.label_train - data.label_train
    assert 0.08 < moved.std() < 0.12


def test_points_without_a_value_are_drawn_again() -> None:
    """As many samples as asked for, all where the logarithm exists, evenly spread along the line."""
    data = drawn("y = log(x)", noise=0.0, samples=200)
    x = np.sort(np.concatenate([data.raw_train, data.raw_test])[:, 0])
    assert len(x) == 200
    assert x.min() > 0
    assert np.isfinite(data.label_train).all()
    assert np.diff(x).max() < 0.05


def test_both_classes_are_in_both_parts_however_rare_one_is() -> None:
    """A class of 1 % of the plane is there twice in ten samples."""
    for seed in range(20):
        data = drawn("max(x, y) < -0.8", samples=10, seed=seed, noise=0.0)
        assert set(data.label_train) == set(data.label_test) == {0, 1}


def test_the_line_chooses_features_and_the_plane_all_of_them() -> None:
    """A formula's inputs are those of its family."""
    assert drawn("y = x^2", features=["x", "x^2"]).feature_names == ("x", "x²")
    with pytest.raises(ValueError, match="unknown feature of expression"):
        drawn("y = x^2", features=["y"])


def test_a_session_takes_the_outputs_of_its_formula() -> None:
    """One value or one class; written and read again it is the same."""
    session = Session.model_validate(
        {"data": {"name": "expression", "expression": "y > x^2"}, "training": {"loss": "binary_cross_entropy"}}
    )
    assert session.widths[0] == 2
    written = session.model_dump(mode="json")
    assert written["data"]["expression"] == "y > x^2"
    assert Session.model_validate(written) == session


def test_same_formula_same_numbers() -> None:
    """Bit for bit."""
    one, two = (drawn("y > cos(3 * x)", noise=0.3, samples=100) for _ in range(2))
    assert one.x_train.tobytes() == two.x_train.tobytes()
    assert one.label_test.tobytes() == two.label_test.tobytes()
