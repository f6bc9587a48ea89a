"""Each choice has one entry: the names of the catalogues, the kernels and the session's settings are the same ones."""

from typing import get_args

import numpy as np
import pytest

from tests.engine.naive import losses, optimizers
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import ALIASES, INITIALIZERS, InitName
from twostroke.engine.catalogue.losses import LOSSES, LossName, fused_with
from twostroke.engine.catalogue.optimizers import OPTIMIZERS, VARIANTS
from twostroke.engine.compute.kernels import criteria, rules
from twostroke.engine.probes import sample_losses
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session import spec
from twostroke.engine.session.spec import Init, LossSpec, Session, TrainingSpec


def test_kernels_and_settings_know_the_entries_and_no_others() -> None:
    assert set(LOSSES) == set(criteria.LOSSES) == set(criteria.SEVERAL) == set(get_args(LossName))
    assert set(sample_losses.RULES) == set(LOSSES)
    assert set(OPTIMIZERS) == set(rules.OPTIMIZERS) == set(spec.OPTIMIZERS)
    assert all(model.model_fields["name"].default == name for name, model in spec.OPTIMIZERS.items())
    assert set(INITIALIZERS) == set(get_args(InitName))


def test_the_oracle_knows_each_loss_and_optimizer() -> None:
    numbers = np.array([0.25, 0.75])
    for loss in LOSSES:
        assert np.isfinite(losses.sample_loss(loss, numbers, numbers, np.array([0.0, 1.0])))
    for name, model in spec.OPTIMIZERS.items():
        assert optimizers.optimizer_of(model().model_dump()) is not None, name


def test_each_setting_has_an_effect_on_some_entry() -> None:
    for model, catalogue in ((LossSpec, LOSSES), (Init, INITIALIZERS)):
        told = {setting for entry in catalogue.values() for setting in entry.settings}
        assert told == set(model.model_fields) - {"name"}


@pytest.mark.parametrize("setting", [name for name in Init.model_fields if name != "name"])
def test_the_settings_of_an_initialisation_are_those_that_change_its_weights(setting: str) -> None:
    for name, entry in INITIALIZERS.items():
        begun = []
        for value in ("usual", "activation") if setting == "gain" else (0.25, 0.75):
            init = {"name": name, "high": 2.0, setting: value}
            network = {"init": init, "layers": [{"units": 3, "activation": "tanh"}]}
            begun.append(Trainer(Session.model_validate({"network": network})).network.theta.tolist())
        assert (begun[0] != begun[1]) is (setting in entry.settings), name


def test_a_fused_loss_belongs_to_one_output() -> None:
    for entry in LOSSES.values():
        assert entry.output in {"", *CATALOGUE}
        assert bool(entry.slope_at_z) is entry.fused
        if entry.fused:
            assert fused_with(entry.output) is entry
    assert fused_with("identity") is None


def test_other_names_mean_what_they_say() -> None:
    """Short names are read as the entry; they never hide one."""
    assert not {*ALIASES, *VARIANTS} & {*INITIALIZERS, *OPTIMIZERS}
    for short, name in ALIASES.items():
        assert Init.model_validate(short) == Init(name=name)
    for short, settings in VARIANTS.items():
        assert TrainingSpec.model_validate({"optimizer": short}).optimizer.model_dump().items() >= settings.items()


def test_hinge_asks_for_minus_1_and_1() -> None:
    assert [LOSSES["hinge"].aim(target) for target in (0.0, 1.0)] == [-1.0, 1.0]
    assert LOSSES["hinge"].threshold == 0.0
    assert not LOSSES["hinge"].asks_for_shares
    assert (LOSSES["mse"].aim(0.3), LOSSES["mse"].threshold) == (0.3, 0.5)
