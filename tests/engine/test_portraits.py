"""Curves of neurons along a line, and the pictures that excite them: as the network itself computes them."""

from typing import Any

import numpy as np

from twostroke.engine.border import commands as c
from twostroke.engine.probes.evaluation import CURVE, response_points
from twostroke.engine.probes.portraits import LIKED, along_line, liked
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def trainer_of(data: str, layers: Any, **rest: Any) -> Trainer:
    network = {"layers": layers, "dtype": "float64"}
    return Trainer(Session.model_validate({"data": {"name": data, **rest}, "network": network}))


def test_along_the_line_z_and_a_are_those_of_the_network() -> None:
    trainer = trainer_of("sine", [{"units": 3, "activation": "relu"}, {"units": 101}])
    points = response_points(trainer.dataset)
    assert points is not None
    assert trainer.evaluator.points is not None
    first, wide, top = along_line(trainer.network, trainer.evaluator.points)
    assert first is not None
    assert top is not None
    assert wide is None, "of so many none is drawn"
    x = trainer.dataset.prepare(points)
    z = x @ trainer.network.weight(1).T + trainer.network.bias(1)
    assert first.shape == (3, 2, CURVE)
    np.testing.assert_allclose(first[:, 0], z.T, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(first[:, 1], np.maximum(z, 0.0).T, rtol=1e-12, atol=1e-14)
    assert top.shape == (1, 2, CURVE)


def test_the_pictures_that_it_likes_excite_it_most() -> None:
    trainer = trainer_of("digits", [{"units": 4, "activation": "tanh"}])
    rows, top = liked(trainer.network, trainer.evaluator.train)
    assert rows is not None
    assert top is not None
    assert rows.shape == (4, LIKED)
    assert top.shape == (10, LIKED)
    x = trainer.dataset.x_train[:1000]
    a = np.tanh(x @ trainer.network.weight(1).T + trainer.network.bias(1))
    for unit in range(4):
        best = np.sort(a[:, unit])[::-1][:LIKED]
        np.testing.assert_allclose(a[rows[unit], unit], best, rtol=1e-12)


def test_they_are_taken_only_while_watched_and_each_for_its_kind_of_data() -> None:
    for data, kind in (("spiral", "maps"), ("sine", "lines"), ("digits", "liked"), ("iris", "")):
        trainer = trainer_of(data, [{"units": 2}])
        found = trainer.evaluate()
        assert (found.maps, found.lines, found.liked) == (None, None, None)
        trainer.apply(c.Watch(True))
        assert trainer.evaluation is not None
        assert [name for name in ("maps", "lines", "liked") if getattr(trainer.evaluation, name) is not None] == (
            [kind] if kind else []
        )
        trainer.apply(c.Watch(False))
        assert trainer.evaluate().maps is None
