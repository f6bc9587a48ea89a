"""Parameters that a session gives: where they go, what stays as it was drawn, and what is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine import strategies
from twostroke.engine.border.commands import Reset
from twostroke.engine.compute.network import Network
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.parameters import shapes
from twostroke.engine.session.settings.given import MAX_GIVEN
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}
WEIGHT = [[0.1, 0.2], [0.3, 0.4]]


def session_with(parameters: Any, **network: Any) -> Session:
    """Two inputs, two sigmoid units, one output, in float64."""
    layers = [{"units": 2, "activation": "sigmoid"}]
    return parse_session(
        {**BARE, "network": {"layers": layers, "dtype": "float64", "parameters": parameters, **network}}, "a.json"
    )


@given(strategies.sessions_with_a_pair(), st.data())
def test_what_is_given_is_there_and_all_else_is_as_drawn(
    pair: tuple[tuple[str, ...], Session], data: st.DataObject
) -> None:
    session = pair[1]
    drawn = Network(session).parameters()
    assert shapes(session.network, session.widths) == {key: values.shape for key, values in drawn.items()}
    keys = data.draw(st.sets(st.sampled_from(sorted(drawn)), min_size=1))
    values = {key: (np.arange(drawn[key].size).reshape(drawn[key].shape) / 8 + 0.5).tolist() for key in keys}
    settings = session.model_dump(mode="json")
    settings["network"]["parameters"] = values
    given_them = Session.model_validate(settings)
    network = Network(given_them)
    of_cut = Network(given_them)
    of_cut.theta[:], of_cut.running[:] = 0.0, 0.0
    of_cut.theta[network.layout.cut] = 1.0  # what is cut is 0, whatever was given
    for key, own in network.parameters().items():
        cut = of_cut.parameters()[key] == 1.0
        assert np.array_equal(own, np.where(cut, 0.0, values.get(key, drawn[key]))), key
    assert Session.model_validate(given_them.model_dump(mode="json")) == given_them


def test_update_0_starts_from_them_and_reset_comes_back_to_them() -> None:
    trainer = Trainer(session_with({"l1.weight": WEIGHT, "l2.bias": [-0.25]}))
    assert trainer.record().layers[0].weight.tolist() == WEIGHT
    trainer.advance(5)
    assert trainer.network.weight(1).tolist() != WEIGHT
    trainer.apply(Reset())
    assert trainer.network.weight(1).tolist() == WEIGHT
    assert trainer.network.bias(2).tolist() == [-0.25]


def test_in_single_precision_they_are_rounded() -> None:
    network = Network(session_with({"l1.bias": [0.1, 0.2]}, dtype="float32"))
    assert network.bias(1).tolist() == np.float32([0.1, 0.2]).tolist()


def test_a_session_that_gives_none_is_written_as_before() -> None:
    assert "parameters" not in Session().model_dump(mode="json")["network"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"l1.wieght": WEIGHT}, 'unknown key "l1.wieght" in network.parameters; did you mean l1.weight?'),
        ({"l9.bias": [1]}, 'unknown key "l9.bias" in network.parameters; did you mean l2.bias?'),
        ({"l1.scale": [1, 1]}, "expected one that the network has, such as l1.weight, l1.bias, l2.weight or l2.bias."),
        ({"l1.weight": [[1, 2]]}, "l1.weight is 1 x 2; expected 2 x 2, a row for each unit."),
        ({"l1.weight": [1, 2]}, "l1.weight is a list of 2; expected 2 x 2, a row for each unit."),
        ({"l2.bias": [1, 2]}, "l2.bias is a list of 2; expected a list of 1, a number for each unit."),
        ({"l1.weight": [[1, 2], [3]]}, "l1.weight[1] is a list of 1 entry; expected 2 numbers, as in the first row."),
        ({"l1.weight": [[1, 2], 3]}, "l1.weight[1] is 3; expected 2 numbers, as in the first row."),
        ({"l1.weight": [[1, True], [3, 4]]}, "l1.weight[0,1] is true; expected a finite number."),
        ({"l1.bias": [float("nan"), 1]}, "l1.bias[0] is nan; expected a finite number."),
        ({"l1.bias": [10**400, 1]}, "l1.bias[0] is a number of more than 15 digits; expected a finite number."),
        ({"l1.bias": ["1", 1]}, 'l1.bias[0] is "1"; expected a finite number.'),
        ({"l1.bias": []}, "l1.bias is a list of 0 entries; expected a list of numbers, or a list of rows of numbers."),
        ({"l1.bias": 0.5}, "l1.bias is 0.5; expected a list of numbers, or a list of rows of numbers."),
        ([], 'is a list of 0 entries; expected an object in braces, as {"l1.bias": [0.5, 0.5]}.'),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(parameters: Any, said: str) -> None:
    with pytest.raises(SessionError) as caught:
        session_with(parameters)
    assert str(caught.value).endswith(said)
    assert "network.parameters" in str(caught.value)


def test_what_single_precision_cannot_hold_is_refused() -> None:
    with pytest.raises(SessionError, match=r"l1.bias has a number beyond float32, which ends at 3.4e\+38"):
        session_with({"l1.bias": [1e39, 0]}, dtype="float32")
    with pytest.raises(
        SessionError, match=r"l1.bias has a number beyond float32, in which what is smaller than 1.4e-45"
    ):
        session_with({"l1.bias": [1e-46, 0]}, dtype="float32")
    session_with({"l1.bias": [1e-46, 0]}, dtype="float64")


def test_a_variance_is_not_negative() -> None:
    layers = [{"units": 1, "norm": "batch"}]
    with pytest.raises(SessionError, match="a variance is 0 or more"):
        session_with({"l1.running_variance": [-1]}, layers=layers)


@pytest.mark.parametrize("units", [2_500, 2_501])
def test_many_numbers_belong_into_a_companion(units: int) -> None:
    layers = [{"units": 4}, {"units": units}]
    values = {"l2.weight": [[0.0] * 4] * units}
    if 4 * units <= MAX_GIVEN:
        assert session_with(values, layers=layers).network.parameters
        return
    with pytest.raises(SessionError, match=r"more than 10,000 numbers; keep so many in the \.safetensors file"):
        session_with(values, layers=layers)
