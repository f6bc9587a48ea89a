"""The trace of a network with every organ: its numbers fit together, and it can be trained on from."""

from pathlib import Path

import numpy as np

from twostroke.engine.compute.network import Network
from twostroke.engine.files.session_file import read_arrays, read_parameters, write_trace
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

SESSION = Session.model_validate(
    {
        "network": {
            "layers": [
                {"units": 5, "norm": "batch", "dropout": 0.4},
                {"units": 4, "skip": 0, "norm": "layer", "activation": ["prelu", "tanh", "tanh", "swish_beta"]},
                {"units": 4, "skip": 2},
            ],
            "dtype": "float64",
        },
        "training": {"batch_size": 7},
    }
)


def test_the_numbers_of_a_trace_fit_together(tmp_path: Path) -> None:
    """Sum, normalizer, skip path, gate and dropout of each layer lead from its input to its output."""
    trainer = Trainer(SESSION)
    trainer.advance(20)
    write_trace(tmp_path / "a.npz", trainer.record(), SESSION)
    t = read_arrays(tmp_path / "a.npz")
    got, outputs = t["x"], [t["x"]]
    for layer, source in ((1, None), (2, 0), (3, 2), (4, None)):
        own = f"l{layer}."
        value = got @ t[own + "weight"].T + t[own + "bias"]
        if own + "sum" in t:
            np.testing.assert_allclose(t[own + "sum"], value, rtol=1e-12)
        if own + "scale" in t:
            axis = 0 if own + "running_mean" in t else 1
            spread = np.sqrt(value.var(axis=axis, keepdims=True) + 1e-5)
            hat = (value - value.mean(axis=axis, keepdims=True)) / spread
            np.testing.assert_allclose(t[own + "normalized"], hat, rtol=1e-9, atol=1e-12)
            value = t[own + "scale"] * hat + t[own + "shift"]
        if source is not None:
            added = outputs[source] @ t[own + "skip_weight"].T if own + "skip_weight" in t else outputs[source]
            np.testing.assert_allclose(t[own + "skip"], added, rtol=1e-12)
            value = value + added
        np.testing.assert_allclose(t[own + "z"], value, rtol=1e-9, atol=1e-12)
        got = t[own + "a"] * t.get(own + "dropout_mask", 1.0)
        np.testing.assert_array_equal(t.get(own + "output", t[own + "a"]), got)
        outputs.append(got)
    assert "l2.skip_weight" in t
    assert "l3.skip_weight" not in t
    assert {"l1.running_mean_next", "l1.dloss_dscale", "l1.scale_next", "l2.dloss_dskip_weight"} <= set(t)
    assert set(np.unique(t["l1.dropout_mask"])) == {0.0, 1.0 / 0.6}


def test_parameters_are_taken_from_a_trace(tmp_path: Path) -> None:
    """Those before the update, with normalizers, projections and running figures."""
    trainer = Trainer(SESSION)
    trainer.advance(20)
    write_trace(tmp_path / "a.npz", trainer.record(), SESSION)
    parameters = read_parameters(tmp_path / "a.npz", SESSION)
    network = Network(SESSION)
    network.set_parameters(parameters)
    np.testing.assert_array_equal(network.theta, trainer.state.theta)
    np.testing.assert_array_equal(network.running, trainer.state.running)
