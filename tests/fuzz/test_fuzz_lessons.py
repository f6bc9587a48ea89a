"""Claims and lesson files that are wrong in any way: each is understood or refused with a sentence."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.test_claims import session
from tests.fuzz.mutants import values
from tests.lessons.test_playing import LESSON
from twostroke.engine.border.commands import Edit
from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.functions import FUNCTIONS
from twostroke.engine.claims.language import judge, parse
from twostroke.engine.claims.subject import subject_of
from twostroke.engine.claims.vocabulary import Words
from twostroke.engine.race.varying import _places as places
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.model.differences import DIFFERENCES
from twostroke.gui.model.lessons import LessonError
from twostroke.gui.model.lessons.acts import ACTS, doings_of, read_act, told_act
from twostroke.gui.model.lessons.doings import Send
from twostroke.gui.model.lessons.lesson_file import parse_lesson


@pytest.fixture(scope="module")
def words() -> Words:
    """What claims say of a small network."""
    network = subject_of(Trainer(session()))
    return Words(network, {"before": network})


SIGNS = ["[[scenes]]\n", "[x]\n", '"', "'''", "=", "{", "}", "[", "]", "\n", ".", "#", "1e999", "true", "-1", "inf"]
TOKENS = st.sampled_from(
    [
        *(
            "l1",
            "l2",
            "out",
            "before",
            "row",
            "x",
            "update",
            "test",
            "train",
            "shut",
            "l1.z",
            "l2.dloss_dz",
            "test.loss",
        ),
        *("max", "all", "count", "dead", "close", "regions", "norm", "argmax", "rank"),
        *(".", "(", ")", "[", "]", ",", ":", "+", "-", "*", "/", "**", "%", "//", "<", "==", "&", "|", "~"),
        *(" and ", " or ", " not ", " if ", " else ", "0", "1", "2.5", "'relu'", "True", "9e99", "_", "\n", "λ"),
    ]
)
PIECES = st.recursive(
    st.sampled_from(
        ["l1.z", "l2.a", "x", "row", "update", "l1.shut", "1", "0", "True", "'a'", "out", "before.l1.z", "test"]
    ),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["max", "all", "sum", "abs", "count", "dead", "argmax", "rank"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
        st.tuples(inner, st.sampled_from(["+", "/", "**", "<", "==", "&", "%", "//"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else 1)"),
        st.tuples(st.sampled_from(["-", "~", "not "]), inner).map(lambda parts: f"({parts[0]}{parts[1]})"),
    ),
    max_leaves=6,
)


@given(st.one_of(PIECES, st.lists(TOKENS, max_size=12).map("".join), st.text(max_size=40)))
@cases(300)
def test_any_text_is_a_claim_or_is_refused_with_a_sentence(words: Words, text: str) -> None:
    said = ""
    try:
        found = judge(parse(text, FUNCTIONS), words)
        assert isinstance(found.holds, bool)
    except ClaimError as error:
        said = str(error)
    assert "\n" not in said


@given(st.integers(0, len(LESSON)), st.integers(0, 40), st.one_of(st.text(max_size=6), st.sampled_from(SIGNS)))
@cases(150)
def test_any_file_is_a_lesson_or_is_refused_with_a_sentence(at: int, length: int, new: str) -> None:
    text = LESSON[:at] + new + LESSON[at + length :]
    said = "mine.toml"
    try:
        parse_lesson(text.encode("utf-8", "surrogatepass"), "mine.toml")
    except LessonError as error:
        said = str(error)
    assert said.startswith("mine.toml")
    assert "\n" not in said


PATHS = st.sampled_from([*(key for key, _ in places(2)), "network.layers", "training", "nonsense", "\u202e"])
MOMENTS = datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC), datetime.time()
DATES = st.sampled_from(MOMENTS)
WRITTEN = values() | DATES | DATES.map(lambda date: [date]) | DATES.map(lambda date: {"name": date})
ACTED = st.one_of(
    st.tuples(st.sampled_from(tuple(ACTS)), WRITTEN),
    st.tuples(st.just("set"), st.dictionaries(PATHS, WRITTEN, min_size=1, max_size=2)),
    st.tuples(st.just("compare"), st.dictionaries(st.sampled_from((*DIFFERENCES, "matched")), WRITTEN, max_size=2)),
    st.tuples(st.just("type"), st.dictionaries(st.sampled_from(["l1.weight[0,1]", "l9.bias[0]", "x"]), WRITTEN)),
)


@given(ACTED)
@cases(200)
def test_any_act_is_done_or_is_refused_with_a_sentence(written: tuple[str, object]) -> None:
    name, value = written
    said = ""
    try:
        act = read_act({name: value})
        assert told_act(act).isprintable()
        for doing in doings_of(act, session()):
            if isinstance(doing, Send) and isinstance(doing.command, Edit):
                doing.command.made_on(session())
    except ValueError as error:
        said = str(error)
    assert said.isprintable()
    assert len(said) < 900
