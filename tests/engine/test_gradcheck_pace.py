"""`check` asks for the round-off of a loss, which takes long, only where it can matter."""

import math
from typing import Any

import pytest

from twostroke.engine.probes import gradcheck
from twostroke.engine.session.spec import Session


@pytest.mark.parametrize(
    "layers",
    [
        [{"units": 20, "activation": "tanh"}, {"units": 10, "activation": "relu"}],
        [{"units": 20, "activation": "elu", "norm": "batch"}, {"units": 10, "activation": "prelu", "norm": "layer"}],
    ],
)
@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy", "hinge"])
def test_round_off_is_asked_for_only_where_it_can_matter(
    monkeypatch: pytest.MonkeyPatch, layers: list[dict[str, Any]], loss: str
) -> None:
    """And the figures are those of asking each time, to the last bit."""
    session = Session.model_validate({"network": {"layers": layers}, "training": {"loss": loss}})
    asked: list[None] = []
    terms = gradcheck.loss_terms
    monkeypatch.setattr(gradcheck, "loss_terms", lambda *given: asked.append(None) or terms(*given))
    lazy = gradcheck.check(session, 30)
    few = len(asked)
    monkeypatch.setattr(gradcheck._Comparison, "at_most", math.inf)
    monkeypatch.setattr(gradcheck, "_agree", eager_agree)
    assert gradcheck.check(session, 30) == lazy
    assert few < (len(asked) - few) / 4


def eager_agree(probe: Any, found: dict[float, Any], scale: float) -> bool:
    if len(found) < 2:
        return False
    short, long = gradcheck._closest(found)
    size = gradcheck._size(short.value, long.value, scale=scale, unresolved=probe.unresolved(short))
    return abs(short.value - long.value) <= gradcheck.AGREEMENT * size
