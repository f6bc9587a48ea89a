"""What is shown follows from snapshot, tape, cursor and choices alone."""

from dataclasses import replace

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Failure, Status
from twostroke.engine.session.spec import Session
from twostroke.gui.model.captions import caption_of
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.numbers import brief, number
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import in_words


def on_tape(session: Session | None = None, step: Step | None = None, fraction: float = 1.0, row: int = 0) -> ViewState:
    """The view of the example's tape at a step."""
    snapshot = example_snapshot(session, stroke=True)
    assert snapshot.tape is not None
    cursor = Cursor(snapshot.tape.depth)
    cursor = cursor.seek(step, fraction) if step else cursor
    return resolve(snapshot, snapshot.tape, cursor, Choices(batch_row=row))


def test_live_view_shows_the_pinned_sample() -> None:
    snapshot = example_snapshot(status=Status.RUNNING, updates_since_last=23)
    view = resolve(snapshot, None, None, Choices(theme=Theme.LIGHT))
    assert view.moment is None
    assert [layer.name for layer in view.layers] == ["input", "hidden 1", "hidden 2", "output"]
    assert view.layers[0].unit_names == ("x", "y")
    assert np.array_equal(view.layers[2].a, snapshot.layers[1].a)
    assert "23 updates since the last frame" in view.caption


@pytest.mark.parametrize("row", [0, 4])
def test_gradients_are_those_of_the_samples_own_loss(row: int) -> None:
    view = on_tape(row=row)
    assert view.tape is not None
    output = view.layers[-1]
    assert output.dloss_dz == pytest.approx(output.a - view.tape.target[row])  # sigmoid and cross-entropy in one
    assert view.layers[1].dloss_dz == pytest.approx(view.tape.layers[0].dloss_dz[row] * view.tape.samples)
    assert view.loss == pytest.approx(view.tape.sample_loss[row])


def test_live_and_tape_agree_on_the_same_sample() -> None:
    snapshot = example_snapshot(stroke=True, sample=0)
    live, taped = resolve(snapshot, None, None, Choices()), on_tape(row=0)
    for one, other in zip(live.layers[1:], taped.layers[1:], strict=True):
        assert one.dloss_dz == pytest.approx(other.dloss_dz)
        assert one.forward_mask == pytest.approx(other.forward_mask)


def test_row_is_clamped_to_the_mini_batch() -> None:
    view = on_tape(row=99)
    assert view.tape is not None
    assert view.row == view.tape.samples - 1


def test_cursor_of_another_network_is_refused() -> None:
    snapshot = example_snapshot(stroke=True)
    with pytest.raises(ValueError, match="reads 2 layers, and the tape has 3"):
        resolve(snapshot, snapshot.tape, Cursor(2), Choices())


@pytest.mark.parametrize(
    ("activation", "equal"),
    [("relu", True), ("leaky_relu", True), ("gelu", False), ("sigmoid", False), ("step", False)],
)
def test_masks_are_called_equal_only_where_they_are(activation: str, equal: bool) -> None:
    assert on_tape(example_session((6, 6), activation)).layers[1].masks_equal is equal


def test_masks_that_agree_by_chance_are_not_called_equal() -> None:
    """GELU at z = 0 has both masks 0.5, and a sigmoid far out has both about 0."""
    snapshot = example_snapshot(example_session((6,), "gelu"), stroke=True)
    tape = snapshot.tape
    assert tape is not None
    assert tape.layers[0].gain is not None
    same = replace(tape.layers[0], forward_mask=tape.layers[0].gain)
    view = resolve(snapshot, replace(tape, layers=(same, *tape.layers[1:])), Cursor(tape.depth), Choices())
    assert np.array_equal(view.layers[1].forward_raster, view.layers[1].backward_raster)
    assert not view.layers[1].masks_equal


def test_the_sample_with_the_greatest_loss_is_shown_unless_another_is_chosen() -> None:
    snapshot = example_snapshot(stroke=True)
    tape = snapshot.tape
    assert tape is not None
    cursor = Cursor(tape.depth)
    worst = resolve(snapshot, tape, cursor, Choices())
    assert worst.loss == float(np.max(tape.sample_loss)) > float(np.mean(tape.sample_loss))
    assert np.array_equal(worst.layers[0].a, tape.x[worst.row])
    assert resolve(snapshot, tape, cursor, Choices(batch_row=3)).row == 3


def test_masks_of_relu_are_not_called_equal_when_one_sample_differs() -> None:
    snapshot = example_snapshot(stroke=True)
    tape = snapshot.tape
    assert tape is not None
    first = tape.layers[0]
    assert first.gain is not None
    gain = first.gain.copy()
    gain[-1, 0] = 1.0 - gain[-1, 0]
    changed = replace(tape, layers=(replace(first, gain=gain), *tape.layers[1:]))
    view = resolve(snapshot, changed, Cursor(tape.depth), Choices())
    assert [layer.masks_equal for layer in view.layers[1:3]] == [False, True]


def test_a_gate_that_is_off_passes_everything() -> None:
    view = on_tape(example_session(gates={"backward": False}))
    hidden = view.layers[1]
    assert not hidden.gate_backward
    assert np.all(hidden.backward_mask == 1)
    assert hidden.dloss_dz == pytest.approx(hidden.dloss_da)


def test_softmax_has_no_mask() -> None:
    output = on_tape(example_session((6,), data="iris")).layers[-1]
    assert output.gain is output.forward_mask is output.backward_mask is output.forward_raster is None
    assert output.fused


@pytest.mark.parametrize("phase", [Phase.GATE, Phase.GATE_BACK])
@pytest.mark.parametrize("layer", [1, 2])
def test_caption_counts_the_shut_gates(phase: Phase, layer: int) -> None:
    view = on_tape(step=Step(phase, layer))
    shut = int(np.sum(view.layers[layer].z <= 0))
    assert 1 < shut < 8
    assert f"{in_words(shut).capitalize()} of eight are shut: nothing passes" in view.caption
    assert f"hidden {layer}" in view.caption


@pytest.mark.parametrize(
    ("masks", "words"),
    [
        ((1.0, 1.0, 0.6), "All three are open, as"),
        ((1.0, 0.25, 0.01), "None of three is shut, but two let less than half through, one of them only 0.01, as"),
        ((1.0, 1.0, 0.01), "None of three is shut, but one lets only 0.01 through, as"),
        ((0.01, 0.01, 0.01), "None of three is shut, but all let only 0.01 through, as"),
        ((0.01,), "It is not shut, but lets only 0.01 through, as"),
        ((1.0,), "It is open, as"),
        ((1.0, 0.0, 0.01), "One of three is shut: nothing passes"),
    ],
)
def test_a_gate_that_is_ajar_is_not_called_open(masks: tuple[float, ...], words: str) -> None:
    view = on_tape(example_session((len(masks),), "leaky_relu"), Step(Phase.GATE_BACK, 1))
    mask = np.array(masks)
    layer = replace(view.layers[1], forward_mask=mask, backward_mask=mask, masks_equal=True)
    view = replace(view, layers=(view.layers[0], layer, *view.layers[2:]))
    assert words in caption_of(view)


def test_the_largest_step_may_be_that_of_a_bias() -> None:
    view = on_tape(step=Step(Phase.UPDATE))
    assert view.tape is not None
    largest = max(float(np.abs(layer.weight_next - layer.weight).max()) for layer in view.tape.layers)
    assert view.caption.endswith(f"the largest step is {number(largest)}.")
    second = view.tape.layers[1]
    jumped = replace(second, bias_next=second.bias + np.eye(8)[3] * 0.75)
    tape = replace(view.tape, layers=(view.tape.layers[0], jumped, view.tape.layers[2]))
    assert caption_of(replace(view, tape=tape)).endswith("the largest step is 0.75 (bias, hidden 2).")


def test_every_step_has_a_sentence_that_fits_two_lines() -> None:
    sessions = [
        example_session(),
        example_session((), data="iris"),
        example_session((12,), "gelu", "digits"),
        example_session((1,), "step", "sine"),
        example_session((3,) * 6, "tanh"),
        example_session((3, 3), gates={"forward": False, "backward": False}),
    ]
    for session in sessions:
        snapshot = example_snapshot(session, stroke=True)
        assert snapshot.tape is not None
        cursor = Cursor(snapshot.tape.depth)
        for step in cursor.steps:
            caption = resolve(snapshot, snapshot.tape, cursor.seek(step), Choices()).caption
            assert 20 < len(caption) <= 125, caption
            assert caption.endswith("."), caption
            assert "None" not in caption
            assert "nan" not in caption


def test_weights_sentence_tells_the_sample_from_the_mini_batch() -> None:
    step = Step(Phase.WEIGHTS, 2)
    assert "mean" not in on_tape(step=step, fraction=0.4).caption
    assert "mean of δ · a over the 10 samples" in on_tape(step=step, fraction=1.0).caption


def test_failure_is_the_sentence() -> None:
    failure = Failure(7, "z of hidden 1", "z of hidden 1 is not finite at update 7; try a lower learning rate.")
    snapshot = replace(example_snapshot(status=Status.FAILED), failure=failure)
    assert resolve(snapshot, None, None, Choices()).caption == failure.message


@pytest.mark.parametrize(
    ("value", "in_a_disc", "in_a_line"),
    [
        (0.0, "0", "0"),
        (-0.451, "−0.45", "−0.451"),
        (0.8, "0.80", "0.8"),
        (0.0345, "0.03", "0.0345"),
        (12.34, "12.3", "12.3"),
        (-123.4, "−123", "−123"),
        (9876.0, "9,876", "9876"),
        (12345.0, "1·10⁴", "12345"),
        (0.0004, "≈0", "4·10⁻⁴"),
        (-2e-12, "≈0", "−2·10⁻¹²"),
        (3e7, "3·10⁷", "3·10⁷"),
        (9.999, "10.0", "10.0"),
        (0.0099999998, "0.01", "0.01"),
        (0.00099999, "≈0", "0.00100"),
        (float("nan"), "…", "…"),
        (float("-inf"), "−∞", "−∞"),
    ],
)
def test_numbers_are_short_and_have_a_true_minus(value: float, in_a_disc: str, in_a_line: str) -> None:
    assert brief(value) == in_a_disc
    assert number(value) == in_a_line
