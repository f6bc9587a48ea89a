"""The moment of a single picture, written and read: of a phase, of one neuron, of one term."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import sessions_with
from tests.gui.grains import plain_score, scores, stops
from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor, Extra, Phase, Step
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.cli import cli
from twostroke.gui.model.moments import MomentError, parse_moment, written_moment
from twostroke.gui.model.score import Grain, Score, Shape, score_of, score_of_session

ORGANS = ("neurons", "dropout", "skip", "gates", "cut")
SMALL = Score(2, (Shape(3, normalizer=True), Shape(1)), samples=4)


@given(scores(), st.sampled_from(tuple(Grain)), st.data())
@cases(60)
def test_what_is_written_of_any_moment_is_read_as_that_moment(score: Score, grain: Grain, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(score.parts) - 1))
    share = data.draw(st.floats(0, 1))
    cursor = score.cursor((index, share * score.parts[index].beats), grain.by_neuron)
    assert parse_moment(written_moment(cursor), score) == cursor
    for stop in stops(score, grain):
        assert parse_moment(written_moment(stop), score) == stop


@pytest.mark.parametrize(
    ("text", "unit", "term", "within"),
    [
        ("sum:1:neuron=2:term=1", 1, 0, 1.0),
        ("sum:1:neuron=2:term=1:0.25", 1, 0, 0.25),
        (" sum : 1 : neuron 2 : term 1 : 0.25 ", 1, 0, 0.25),
        ("sum:neuron2:termbias", 1, Extra.BIAS, 1.0),
        ("sum:1:neuron=2", 1, Extra.NORM, 1.0),
        ("gate:1:neuron=3", 2, Extra.GATE, 1.0),
        ("weights:1:term=mean:0.5", None, Extra.MEAN, 0.5),
        ("spread:2:neuron=3:term=1", 2, 0, 1.0),
    ],
)
def test_a_neuron_or_a_term_is_read(text: str, unit: int | None, term: int | Extra, within: float) -> None:
    moment = parse_moment(text, SMALL).moment
    assert (moment.unit, moment.term, moment.within) == (unit, term, within)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum:1:neuron=4", "at sum:1 neurons 1 to 3 have their turn, as in sum:1:neuron=1."),
        ("sum:2:neuron=0", "at sum:2 there is neuron 1 alone"),
        ("sum:1:term=1", "neurons 1 to 3"),
        ("sum:1:neuron=2:term=3", "neuron 2 meets the terms 1 to 2, bias and norm there"),
        ("sum:1:neuron=2:term=0", "neuron 2 meets the terms 1 to 2, bias and norm there"),
        ("gate:1:neuron=2:term=1", "neuron 2 meets the term gate there, as in gate:1:neuron=2:term=gate."),
        ("sum:1:neuron=2:0.5", "a fraction is one of a phase or of a term. Write sum:1:neuron=2."),
        ("loss:neuron=1", "at loss no neuron has a turn of its own. Write loss."),
        ("gate:1:term=mean", "the mean is taken at weights alone"),
        ("weights:1:neuron=1:term=mean", "the mean is that of the whole layer. Write weights:1:term=mean."),
        ("sum:3:neuron=1", "sum happens at layers 1 to 2 of this network"),
        ("sum:1:neuron=2:term=weight", "Expected PHASE"),
        ("sum:1:neurons=2", "Expected PHASE"),
        ("sum:1:term=2:neuron=1", "Expected PHASE"),
        ("sum:1:neuron=2:term=1:2", "Expected PHASE"),
        ("sum:1:neuron=2:neuron=3", "Expected PHASE"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(text: str, words: str) -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment(text, SMALL)
    assert repr(text) in str(refused.value)
    assert words in str(refused.value)


@pytest.mark.parametrize("text", ["x" * 100_000, "sum:" + "9" * 5000, "sum:1:neuron=" + "9" * 3000])
def test_of_a_long_text_its_beginning_is_repeated(text: str) -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment(text, SMALL)
    assert text[:50] in str(refused.value)
    assert len(str(refused.value)) < 500


def test_one_sample_has_no_mean_and_a_cut_link_no_term() -> None:
    with pytest.raises(MomentError, match="mini-batches with two samples or more"):
        parse_moment("weights:1:term=mean", plain_score(2))
    network = {"layers": [{"units": 3}], "cut": ["l1.weight[1,0]"]}
    score = score_of_session(Session.model_validate({"network": network}))
    assert parse_moment("sum:1:neuron=2:term=2", score).term == 1
    with pytest.raises(MomentError, match="neuron 2 meets the terms 2 and bias there"):
        parse_moment("sum:1:neuron=2:term=1", score)
    score = score_of_session(Session.model_validate({"network": {"layers": [{"units": 3}], "cut": ["l2.weight[0,1]"]}}))
    for text in ("spread:2:neuron=2", "spread:2:neuron=2:term=1"):
        with pytest.raises(MomentError, match="neuron 2 meets nothing there, as all its links are cut"):
            parse_moment(text, score)


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@given(st.data())
@cases(10)
def test_the_score_of_a_session_is_that_of_its_tapes(norm: str, data: st.DataObject) -> None:
    organs = {"none": ORGANS, "batch": (*ORGANS, "batch"), "layer": (*ORGANS[:-1], "layer")}[norm]
    session = data.draw(sessions_with(organs))
    trainer = Trainer(session)
    trainer.apply(c.Record())
    tape = snapshot_of(trainer).tape
    assert tape is not None
    found, taped = score_of_session(session), score_of(tape, session.network)
    assert (found.inputs, found.depth) == (taped.inputs, taped.depth)
    for one, other in zip(found.parts, taped.parts, strict=True):
        assert one.step == other.step
        mean = one.beats - other.beats
        assert mean == 0 or (tape.samples == 1 and one.step.phase is Phase.WEIGHTS)
        assert [one.at(beat) for beat in range(other.beats)] == [other.at(beat) for beat in range(other.beats)]


def test_the_command_line_says_what_there_is(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    assert cli.main(["export", "two-strokes", "-o", f"{tmp_path}/one.png", "--moment", "sum:1:neuron=99"]) == 2
    assert "at sum:1 neurons 1 to 8 have their turn" in capsys.readouterr().err


def test_the_moment_of_a_neuron_stands_at_its_turn() -> None:
    score = SMALL
    for unit in range(3):
        assert parse_moment(f"gate:1:neuron={unit + 1}", score) == score.cursor((2, float(unit + 1)), by_neuron=True)
    assert parse_moment("gate:1", score) == Cursor(2).seek(Step(Phase.GATE, 1))


@pytest.mark.parametrize(
    ("text", "step", "fraction"),
    [
        ("gate_back:1", Step(Phase.GATE_BACK, 1), 1.0),
        ("sum:2:0.5", Step(Phase.SUM, 2), 0.5),
        ("loss", Step(Phase.LOSS), 1.0),
        ("gate", Step(Phase.GATE, 1), 1.0),
        ("spread", Step(Phase.SPREAD, 2), 1.0),
        ("update:0:0.5", Step(Phase.UPDATE), 0.5),
    ],
)
def test_a_moment_is_read(text: str, step: Step, fraction: float) -> None:
    moment = parse_moment(text, plain_score(3)).moment
    assert (moment.step, moment.fraction) == (step, fraction)


@pytest.mark.parametrize("text", ["", "gait:1", "gate:x", "gate:1:2", "gate:1:nan", "gate:1:0:0"])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(MomentError, match="gate_back:1"):
        parse_moment(text, plain_score(3))


@pytest.mark.parametrize(
    ("text", "depth", "words"),
    [
        ("update:2", 3, "input, loss and update take no layer. Write update, or update:0:0.5"),
        ("loss:1", 3, "input, loss and update take no layer. Write loss, or loss:0:0.5"),
        ("gate:4", 3, "gate happens at layers 1 to 3 of this network"),
        ("spread:1", 3, "spread happens at layers 2 to 3 of this network"),
        ("spread:1", 2, "spread happens only at layer 2 of this network. Write spread:2"),
        ("spread", 1, "a network without hidden layers has no spread"),
    ],
)
def test_a_phase_at_a_layer_that_has_none_is_told_where_it_happens(text: str, depth: int, words: str) -> None:
    with pytest.raises(MomentError) as refused:
        parse_moment(text, plain_score(depth))
    assert repr(text) in str(refused.value)
    assert words in str(refused.value)
