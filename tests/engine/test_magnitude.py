"""Numbers whose squares overflow are refused by their size, before training; smaller and scaled ones are not."""

from typing import Any

import pytest

from twostroke.engine.data.problems import DataProblem
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

ROWS = 12


def session(
    target: float = 1.0, inputs: float = 1.0, dtype: str = "float32", loss: str = "mse", **data: Any
) -> Session:
    """Typed rows with a target and an input that reach so far."""
    x = [[row * inputs / (ROWS - 1), row * row % 7] for row in range(ROWS)]
    y = [(row * 5 % ROWS) * target / (ROWS - 1) for row in range(ROWS)]
    rows = {"name": "rows", "x": x, "y": y, "task": "regression", "x_names": ["far", "near"], **data}
    return Session.model_validate(
        {"data": rows, "network": {"layers": [{"units": 3}], "dtype": dtype}, "training": {"loss": loss}}
    )


def refusal(wanted: Session) -> str:
    with pytest.raises(DataProblem) as found:
        Trainer(wanted)
    return str(found.value)


def test_what_is_refused() -> None:
    """With its size, the bound, and both ways out."""
    end = 'expected at most 1.8e+19: have it scaled ("standard"), or set network.dtype to "float64".'
    many = "the square of which is beyond what 32 bit can hold; "
    assert refusal(session(target=1e30)) == f"data.scale_target: the target reaches 1e+30, {many}{end}"
    assert refusal(session(target=-2e19)) == f"data.scale_target: the target reaches 2e+19, {many}{end}"
    assert refusal(session(inputs=1e30)) == f'data.scale: the input "far" reaches 1e+30, {many}{end}'
    assert "the target reaches" in refusal(session(target=1e30, loss="half_squared_error"))


@pytest.mark.parametrize(
    "fine",
    [
        {"target": 1.8e19},
        {"inputs": -1.8e19},
        {"target": 1e30, "loss": "mae"},
        {"target": 1e30, "loss": "huber"},
        {"target": 1e30, "scale_target": "standard"},
        {"inputs": 1e30, "scale": "standard"},
        {"target": 1e30, "inputs": 1e30, "dtype": "float64"},
    ],
)
def test_what_is_not(fine: dict[str, Any]) -> None:
    """Absolute errors are not squared, scaled numbers are small, and 64 bit hold the squares of all that is read."""
    assert Trainer(session(**fine)).update == 0


@pytest.mark.parametrize("data", [{"scale": "standard", "scale_target": "standard"}])
def test_scaled_they_are_learnt_from(data: dict[str, Any]) -> None:
    """Without a number that is not finite."""
    trainer = Trainer(session(target=1e30, inputs=1e30, **data))
    trainer.advance(50)
    assert trainer.failure is None
