"""What is computed and is no number is told in words: "…" says of a number that it is still to come."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.cli.terminal import DIVERGING
from tests.gui.examples import example_session
from tests.gui.scenes import HEIGHT, WIDTH, texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec_errors import parse_session
from twostroke.gui.model.captions import caption_of
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at


def trained(updates: int, **parts: Any) -> ViewState:
    session = parse_session({"format": "twostroke-session", "version": 1, **DIVERGING, **parts}, "here")
    trainer = Trainer(session)
    with np.errstate(over="ignore", invalid="ignore"):
        trainer.advance(updates)
        return resolve(snapshot_of(trainer), None, None, Choices())


def card(view: ViewState) -> list[str]:
    return [text.text for text in texts_of(scene_at(view, WIDTH, HEIGHT), "loss")]


def test_a_loss_beyond_every_number_is_infinite() -> None:
    """The squared error of −1.7·10²⁴ in float32. It was "…"."""
    view = trained(1)
    assert math.isinf(view.loss)
    assert card(view)[-2:] == ["loss", "infinite"]
    lines = {line.name: line.text for line in inspect(view, NeuronRef(view.depth, 0)).lines}
    assert lines["sample loss"] == "infinite"


@pytest.mark.parametrize("data", ["spiral", "digits"])
def test_a_loss_that_is_none_is_told_so(data: str) -> None:
    view = trained(2, data={"name": data})
    assert math.isnan(view.loss)
    told = card(view)
    assert told[-2:] == ["loss", "no number"]
    assert "…" not in told


@pytest.mark.parametrize(("loss", "told"), [(math.inf, "infinite"), (math.nan, "no number")])
def test_the_caption_says_so_too(loss: float, told: str) -> None:
    view = replace(view_at(example_session((2,)), Step(Phase.LOSS)), loss=loss)
    assert caption_of(view).endswith(f" of this sample is {told}.")


def test_before_anything_is_computed_it_is_still_to_come() -> None:
    view = view_at(example_session((2,)))
    waiting = replace(view, loss=math.nan, snapshot=replace(view.snapshot, status=Status.COMPILING))
    assert card(waiting)[-1] == "…"
