"""Formulas of any kind as the data of a session: read or refused, never anything else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.fuzz.mutants import WORDS
from tests.fuzz.test_fuzz_tables import loaded
from tests.fuzz.trial import Trial

TOKENS = (
    "x", "y", "z", "pi", "π", "e", "sin", "cos", "tan", "exp", "log", "sqrt", "abs", "tanh", "sign", "min", "max",
    "(", ")", ",", "+", "-", "−", "*", "·", "×", "/", "÷", "^", "**", "²", "=", "==", ">", "<", ">=", "<=", "≥", "≤",
    "≠", "0", "1", "2", "0.5", ".5", "5.", "1e3", "1e999", "1e-999", "1_0", "٣", "1٣", "１", "X", "lambda",
    "__import__", "x.y", "'", '"', "[", "]", ";", "\n", " ", "\0", "i", "j", "nan", "inf", "y = ", "y > ", "z = ",
)  # fmt: skip
LEAVES = st.sampled_from(["x", "y", "x", "1", "2", "0.5", "pi", "e", "1e30", "0", "1e-300", "1e308"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A formula made of smaller ones."""
    two = st.sampled_from(["{}+{}", "{}-{}", "{}*{}", "{}/{}", "{}^{}", "min({},{})", "max({},{})", "{}**{}"])
    one = st.sampled_from(
        ["-{}", "({})", "sin({})", "exp({})", "log({})", "sqrt({})", "tan({})", "exp(exp({}))", "+-{}"]
    )
    return st.builds(str.format, two, inner, inner) | st.builds(str.format, one, inner)


right = st.builds(
    "{}{}".format,
    st.sampled_from(["y = ", "y > ", "z = ", "x^2 < ", "x >= "]),
    st.recursive(LEAVES, grown, max_leaves=25),
)
soup = st.lists(st.sampled_from(TOKENS + WORDS), max_size=25).map("".join)
begun = st.builds("{}{}".format, st.sampled_from(["y = ", "y > ", "z = x + "]), soup | st.text(max_size=20))


@given(right | soup | right | begun | right, st.sampled_from([0.0, 0.3, 1.0]))
@cases(150)
def test_formulas(trial: Trial, text: str, noise: float) -> None:
    data = {"name": "expression", "expression": text, "samples": 30, "noise": noise}
    trial.write(
        "formula.twostroke.json", json.dumps({"format": "twostroke-session", "version": 1, "data": data}).encode()
    )
    trial.refusal(loaded)
