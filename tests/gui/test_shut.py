"""Picture, inspector and probes agree on which gates are shut: each activation over a grid of z, in both precisions."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.test_one_entry import IDS, NEW, add
from twostroke.engine.catalogue.activations import CATALOGUE, SATURATED, Activation
from twostroke.engine.probes.units import unit_probe
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.gates import opening, shut_backward

# Where smooth gates cross 0.01, where a quadratic's gain crosses 0, kinks, and far out.
GRID = np.unique(np.round(np.concatenate([np.linspace(-12.0, 12.0, 97), np.linspace(-5.5, -4.5, 41), [0.0]]), 3))


def settled_at(name: str, dtype: str) -> Trainer:
    """A network of one input whose hidden neurons have these z for every sample."""
    layers = [{"units": len(GRID), "activation": name}]
    data = {"name": "sine", "samples": 20}
    trainer = Trainer(Session.model_validate({"data": data, "network": {"layers": layers, "dtype": dtype}}))
    trainer.network.weight(1)[:] = 0.0
    trainer.network.bias(1)[:] = GRID
    return trainer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if not entry.output_only])
def test_picture_inspector_and_probes_agree_on_shut(name: str, dtype: str) -> None:
    agreed(name, dtype)


def agreed(name: str, dtype: str) -> LayerView:
    """The hidden layer, where all of them call the same gates shut."""
    trainer = settled_at(name, dtype)
    probe = unit_probe(trainer.network, trainer.dataset, 0).layers[0]
    assert set(probe.saturated) <= {0.0, 1.0}
    evaluation = trainer.evaluate()
    view = resolve(snapshot_of(trainer), None, None, Choices())
    layer = view.layers[1]
    assert np.allclose(layer.z, GRID, atol=1e-6)
    drawn = shut_backward(layer)
    assert drawn.tolist() == (probe.saturated == 1.0).tolist()
    assert (opening(layer, layer.backward_mask) == 0.0).tolist() == drawn.tolist()
    told = [inspect(view, NeuronRef(1, unit)).doors[1].shut for unit in range(len(GRID))]
    assert told == drawn.tolist()
    silent = probe.firing == 0.0
    assert evaluation.dead[0].tolist() == probe.dead.tolist() == (drawn & silent).tolist()
    return layer


@pytest.mark.parametrize("below", [0.0, SATURATED])
@pytest.mark.parametrize("entry", NEW, ids=IDS)
def test_they_agree_on_an_added_entry_as_it_says(
    monkeypatch: pytest.MonkeyPatch, entry: Activation, below: float
) -> None:
    """The same function may be called shut at 0 or below a bound: its entry alone decides."""
    add(monkeypatch, replace(entry, shut_below=below))
    layer = agreed("newcomer", "float32")
    assert shut_backward(layer).tolist() == [gain == 0.0 or abs(float(gain)) < below for gain in layer.gain]


def test_the_grid_tells_the_kinds_apart() -> None:
    """Some gates of the grid are shut, some are not; and some are nearly shut, which for a hard gate is not shut."""
    shut = {name: unit_probe(*of(name), 0).layers[0].saturated.sum() for name in ("relu", "elu", "leaky_relu", "step")}
    assert shut["relu"] == (GRID <= 0.0).sum()
    assert shut["elu"] == (np.exp(np.minimum(GRID, 0.0)) < 0.01).sum()
    assert shut["leaky_relu"] == 0
    assert shut["step"] == len(GRID)


def of(name: str) -> tuple[object, object]:
    trainer = settled_at(name, "float64")
    return trainer.network, trainer.dataset
