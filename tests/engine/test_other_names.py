"""Names and keys of other libraries: read as ours where they mean the same, else told by what they differ."""

import math
from typing import Any

import numpy as np
import pytest

from twostroke.engine.catalogue import activations, initializers, losses, optimizers
from twostroke.engine.catalogue.other_keys import KEYS, renamed
from twostroke.engine.catalogue.other_names import ENTRIES, KINDS, answer, called, folded, found
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session import spec
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

OWN = {
    "activation": (*activations.CATALOGUE, *activations.ALIASES),
    "loss": tuple(losses.LOSSES),
    "optimizer": (*optimizers.OPTIMIZERS, *optimizers.VARIANTS),
    "init": (*initializers.INITIALIZERS, *initializers.ALIASES),
    "norm": ("none", "batch", "layer"),
}
PLACES: dict[str, Any] = {
    "activation": lambda value: {"network": {"layers": [{"activation": value}]}},
    "loss": lambda value: {"training": {"loss": value}},
    "optimizer": lambda value: {"training": {"optimizer": value}},
    "init": lambda value: {"network": {"init": value}},
    "norm": lambda value: {"network": {"layers": [{"norm": value}]}},
}


def session(changes: dict[str, Any]) -> Session:
    return parse_session({"format": "twostroke-session", "version": 1, **changes}, "here")


def refusal(changes: dict[str, Any]) -> str:
    with pytest.raises(SessionError) as caught:
        session(changes)
    return str(caught.value)


def data_for(kind: str, ours: str) -> dict[str, Any]:
    classes = kind == "loss" and ours == "cross_entropy"
    return {"data": {"name": "iris"}} if classes else {}


@pytest.mark.parametrize(
    ("kind", "name", "ours"),
    [(e.kind, name, e.ours) for e in ENTRIES if not e.but and not e.settings for name in e.names],
)
def test_a_name_that_means_the_same_is_ours(kind: str, name: str, ours: str) -> None:
    """Read as ours, so it is also written as ours."""
    data = data_for(kind, ours)
    assert session({**PLACES[kind](name), **data}) == session({**PLACES[kind](ours), **data})


@pytest.mark.parametrize(("kind", "name"), [(e.kind, name) for e in ENTRIES if e.but for name in e.names])
def test_a_name_that_means_something_else_is_told(kind: str, name: str) -> None:
    """With the nearest by meaning, never by spelling."""
    said = refusal(PLACES[kind](name))
    assert answer(kind, name) in said
    assert "did you mean" not in said
    entry = found(kind, name)
    assert entry is not None
    if entry.ours:
        assert f"the nearest here is {entry.ours}, but" in said


def test_the_table_is_sound() -> None:
    """Each name once; none hides one of ours; what it leads to is there."""
    names = [(entry.kind, fold) for entry in ENTRIES for fold in {folded(name) for name in entry.names}]
    assert len(names) == len(set(names))
    for entry in ENTRIES:
        assert entry.ours in {"", *OWN[entry.kind]}
        assert not set(entry.names) & set(OWN[entry.kind])
        assert entry.ours or entry.but
    assert set(KINDS) == set(OWN)


PARTS: dict[str, tuple[type[spec.Part], ...]] = {
    "data": (spec.DataSpec,),
    "network": (spec.NetworkSpec,),
    "layer": (spec.LayerSpec,),
    "init": (spec.Init,),
    "norm": (spec.NormSpec,),
    "loss": (spec.LossSpec,),
    "optimizer": tuple(spec.OPTIMIZERS.values()),
    "schedule": (spec.Schedule,),
    "clip": (spec.Clip,),
    "training": (spec.TrainingSpec,),
}


def test_the_keys_lead_to_settings_and_hide_none() -> None:
    for entry in (entry for entry in KEYS if entry.part != "activation"):
        for model in PARTS[entry.part]:
            assert model.part == entry.part
            fields = model.model_fields
            if entry.part == "optimizer" and entry.of and fields["name"].default not in entry.of:
                continue
            assert not set(entry.keys) & set(fields)
            assert entry.ours in {"", *fields}
    for entry in (entry for entry in KEYS if entry.part == "activation"):
        for name in entry.of:
            assert entry.ours in {parameter.name for parameter in activations.CATALOGUE[name].parameters}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"network": {"init": "kaiming_normal_"}}, {"network": {"init": "he_normal"}}),
        ({"network": {"init": "torch.nn.init.kaiming_uniform_"}}, {"network": {"init": "he_uniform"}}),
        ({"network": {"init": "GlorotUniform"}}, {"network": {"init": "xavier_uniform"}}),
        ({"network": {"init": "ones"}}, {"network": {"init": {"name": "normal", "mean": 1, "std": 0}}}),
        ({"network": {"init": "RandomNormal"}}, {"network": {"init": {"name": "normal", "std": 0.05}}}),
        (
            {"network": {"init": {"name": "random_uniform", "maxval": 0.1}}},
            {"network": {"init": {"name": "uniform", "low": -0.05, "high": 0.1}}},
        ),
        (
            {"network": {"layers": [{"size": 4, "activation": {"name": "LeakyReLU", "alpha": 0.3}}]}},
            {"network": {"layers": [{"units": 4, "activation": {"name": "leaky_relu", "negative_slope": 0.3}}]}},
        ),
        (
            {"network": {"layers": [{"activation": ["nn.ReLU", "logistic", {"name": "PReLU", "init": 0.1}]}]}},
            {"network": {"layers": [{"activation": ["relu", "sigmoid", {"name": "prelu", "negative_slope": 0.1}]}]}},
        ),
        (
            {"network": {"layers": [{"activation": "gelu_new", "norm": "LayerNormalization"}]}},
            {
                "network": {
                    "layers": [
                        {
                            "activation": {"name": "gelu", "approximate": "tanh"},
                            "norm": {"name": "layer", "epsilon": 1e-3},
                        }
                    ]
                }
            },
        ),
        (
            {"training": {"optimizer": {"name": "Adam", "lr": 0.01, "beta_1": 0.8, "eps": 1e-7}}},
            {"training": {"optimizer": {"name": "adam", "learning_rate": 0.01, "beta1": 0.8, "epsilon": 1e-7}}},
        ),
        (
            {"training": {"optimizer": {"learning_rate_init": 0.5}, "minibatch_size": 4}},
            {"training": {"optimizer": {"learning_rate": 0.5}, "batch_size": 4}},
        ),
        (
            {"training": {"optimizer": {"name": "RMSprop", "rho": 0.9}}},
            {"training": {"optimizer": {"name": "rmsprop", "alpha": 0.9}}},
        ),
        (
            {"data": {"name": "sine"}, "training": {"loss": "SmoothL1Loss"}},
            {"data": {"name": "sine"}, "training": {"loss": "huber"}},
        ),
        (
            {"training": {"loss": "BCEWithLogitsLoss", "class_weight": "balanced"}},
            {"training": {"loss": "binary_cross_entropy", "class_weights": "balanced"}},
        ),
        (
            {"network": {"output": {"activation": "Softmax"}}, "training": {"loss": "categorical_crossentropy"}},
            {"network": {"output": {"activation": "softmax"}}, "training": {"loss": "cross_entropy"}},
        ),
        (
            {"network": {"output": {"activation": "linear"}}, "data": {"name": "sine"}},
            {"network": {"output": {"activation": "identity"}}, "data": {"name": "sine"}},
        ),
        ({"data": {"n_samples": 50, "random_state": 3}}, {"data": {"samples": 50, "seed": 3}}),
    ],
)
def test_sessions_of_other_tongues(changes: dict[str, Any], same: dict[str, Any]) -> None:
    assert session(changes) == session(same)
    assert session(changes).model_dump_json() == session(same).model_dump_json()


def test_the_loss_that_fits_follows_a_foreign_output_and_the_other_way_round() -> None:
    """Defaults are filled in by what was meant."""
    assert session({"data": {"name": "iris"}, "training": {"loss": "CrossEntropyLoss"}}).outputs == 3
    chosen = session({"network": {"output": {"activation": "Softmax"}}}).training.loss.name
    assert chosen == "cross_entropy"
    both = session({"training": {"loss": "mean_squared_error"}})
    assert both.network.output.activation.name == "sigmoid"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"network": {"init": "glorot_normal"}},
            'network.init: unknown init "glorot_normal"; the nearest here is xavier_normal, but Keras and JAX draw',
        ),
        ({"network": {"layers": [{"activation": "leaky"}]}}, "the nearest here is leaky_relu, but the slope meant is"),
        ({"network": {"layers": [{"activation": {"name": "LeakyReLU"}}]}}, "say which with negative_slope"),
        (
            {"network": {"layers": [{"activation": {"name": "leaky_relu", "alpha": 0.1, "negative_slope": 0.2}}]}},
            "alpha is another name of negative_slope, which is there too; keep one of them",
        ),
        ({"training": {"loss": {"name": "smooth_l1", "beta": 0.5}}}, "smooth_l1 with beta b is huber with delta b"),
        ({"training": {"loss": {"name": "smooth_l1", "delta": 0.5}}}, "smooth_l1 is huber with delta 1"),
        ({"training": {"optimizer": {"name": "adam", "betas": [0.9, 0.99]}}}, "two numbers here, beta1 and beta2"),
        ({"training": {"optimizer": {"name": "sgd", "weight_decay": 0.1}}}, "it is training.l2 here"),
        ({"training": {"lr": 0.1}}, "unknown key training.lr; it is training.optimizer.learning_rate here"),
        ({"training": {"epochs": 5}}, "twostroke train takes --updates"),
        ({"network": {"hidden_layer_sizes": [8, 8]}}, 'it is layers here, an object for each: [{"units": 8}'),
        ({"training": {"optimizer": {"lr": 0.1, "learning_rate": 0.2}}}, "lr is another name of learning_rate"),
        ({"training": {"optimizer": "lbfgs"}}, 'unknown optimizer "lbfgs"; it searches along a line'),
    ],
)
def test_what_is_said(changes: dict[str, Any], said: str) -> None:
    assert said in refusal(changes)


@pytest.mark.parametrize("name", ["glorotish_uniform", "my_sigmoid", "nadamw", "xelu", "log_cosine"])
def test_another_function_is_not_proposed_by_its_spelling(name: str) -> None:
    for kind in ("activation", "init", "loss", "optimizer"):
        assert "did you mean" not in refusal(PLACES[kind](name)), kind


@pytest.mark.parametrize(
    ("kind", "slip", "meant"),
    [
        ("activation", "sigmiod", "sigmoid"),
        ("init", "xaviour_normal", "xavier_normal"),
        ("optimizer", "rmspop", "rmsprop"),
        ("init", "kaiming_unform", "kaiming_uniform"),
        ("loss", "categorical_crosentropy", "categorical_crossentropy"),
    ],
)
def test_a_slip_is_still_understood(kind: str, slip: str, meant: str) -> None:
    assert f'did you mean "{meant}"?' in refusal(PLACES[kind](slip))


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("init", "he_Normal", "he_normal"),
        ("init", " LECUN_NORMAL", "lecun_normal"),
        ("activation", "Leaky_ReLU", "leaky_relu"),
    ],
)
def test_capitals_make_no_other_librarys_name(kind: str, written: str, meant: str) -> None:
    """HeNormal is a class of Keras, which draws otherwise."""
    assert session(PLACES[kind](written)) == session(PLACES[kind](meant))


def test_kaiming_has_the_spread_that_pytorch_documents() -> None:
    """kaiming_normal_ with its defaults: sqrt(2 / inputs); kaiming_uniform_: within sqrt(6 / inputs)."""
    layers = [{"units": 400, "activation": "relu"}, {"units": 300, "activation": "relu"}]
    drawn = {}
    for name in ("kaiming_normal", "kaiming_uniform"):
        network = {"init": name, "layers": layers}
        drawn[name] = Trainer(session({"network": network})).network.weight(2)
    assert np.std(drawn["kaiming_normal"]) == pytest.approx(math.sqrt(2 / 400), rel=0.02)
    assert np.abs(drawn["kaiming_uniform"]).max() == pytest.approx(math.sqrt(6 / 400), rel=0.01)


def test_names_are_folded() -> None:
    assert folded("torch.nn.init.kaiming_normal_") == folded("KaimingNormal()") == "kaimingnormal"
    assert called("loss", "zebra", OWN["loss"]) == "zebra"
    assert renamed("layer", {"size": 3, "dropout": 0.1}) == {"units": 3, "dropout": 0.1}
