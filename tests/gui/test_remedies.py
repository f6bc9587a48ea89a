"""Diagnoses and what helps: no warning where nothing is wrong, each illness named, and healthy after one click."""

import math
from dataclasses import replace

import pytest

from tests.engine.health_sessions import HEALTHY, ILL, Patient, examined, followed
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Cause, Finding, Measure
from twostroke.engine.health.diagnosis import ILLNESSES
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.remedies import ORDER, better_rate, remedies, tame_rate

QUICK_HEALTHY = (
    "the default session",
    "moons, relu",
    "circle, sigmoid",
    "iris, gelu",
    "sine, relu",
    "six layers of ReLU",
)
QUICK_ILL = (
    "layers of step",
    "eight leaky layers, narrow weights",
    "eight layers of ReLU, wide weights",
    "ReLU, momentum at rate 3",
    "inputs of 200, sigmoid",
    "one input of 0.001",
    "SGD at rate 1e-6",
    "Adam at rate 0.5",
    "targets of 200, ReLU",
    "fraud, tanh",
    "all weights 0",
    "iris by heart",
    "SGD at rate 50 on values",
)


def marked(patients: tuple[Patient, ...], quick: tuple[str, ...]) -> list[object]:
    """Each by its name; those that are not quick run apart."""
    assert set(quick) <= {patient.name for patient in patients}
    return [
        pytest.param(patient, id=patient.name, marks=() if patient.name in quick else pytest.mark.slow)
        for patient in patients
    ]


def test_there_are_enough() -> None:
    assert len(HEALTHY) >= 50
    assert len(ILL) >= 40
    assert {patient.illness for patient in ILL} == {illness.id for illness in ILLNESSES}
    assert len({patient.name for patient in (*HEALTHY, *ILL)}) == len(HEALTHY) + len(ILL)
    assert tuple(illness.id for illness in ILLNESSES) == ORDER


@pytest.mark.parametrize("patient", marked(HEALTHY, QUICK_HEALTHY))
def test_nothing_is_said_of_a_healthy_network(patient: Patient) -> None:
    """At no time, from the first update on."""
    _, examinations = examined(patient)
    assert [finding for found in examinations for finding in found.findings] == []


@pytest.mark.parametrize("patient", marked(ILL, QUICK_ILL))
def test_an_illness_is_named_and_its_first_remedy_helps(patient: Patient) -> None:
    trainer, examinations = examined(patient)
    findings = [one for one in examinations[-1].findings if one.measure.illness == patient.illness]
    assert findings, f"only {[one.measure.illness for one in examinations[-1].findings]}"
    finding = findings[0]
    assert finding.measured.endswith((".", ")"))
    assert finding.since <= trainer.update
    offered = remedies(trainer.session, finding)
    trainer.apply(offered[0].command)
    *_, (since, now) = followed(trainer, patient, finding.key)
    assert since == patient.after
    assert trainer.failure is None
    assert now is not None, "that figure is no longer taken"
    assert not now.beyond


EASED = {
    ("six layers of sigmoid", "Skip paths around the hidden layers"),
    ("eight layers of sigmoid, Adam", "Skip paths around the hidden layers"),
    ("a noisy spiral by heart", "L2 0.01"),
}
"""What makes better, and does not heal: so much is said of it (see `gui/model/cards.py`)."""


LONG = ("iris by heart", "eight leaky layers, narrow weights", "eight layers of ReLU, wide weights")


@pytest.mark.parametrize("patient", marked(ILL, tuple(name for name in QUICK_ILL if name not in LONG)))
def test_each_further_remedy_helps_as_well(patient: Patient) -> None:
    """Within the same number of updates as the first; each by itself, on the network as it was found."""
    trainer, examinations = examined(patient)
    finding = next(one for one in examinations[-1].findings if one.measure.illness == patient.illness)
    before = finding.measure
    for remedy in remedies(trainer.session, finding)[1:]:
        trainer, _ = examined(patient)
        trainer.apply(remedy.command)
        *_, (_, now) = followed(trainer, patient, finding.key)
        assert now is not None, remedy.label
        assert trainer.failure is None, remedy.label
        assert now.beyond == ((patient.name, remedy.label) in EASED), remedy.label
        assert now.figure > before.figure if now.below else now.figure < before.figure, remedy.label


@pytest.mark.parametrize("name", QUICK_ILL)
def test_every_remedy_changes_something_and_one_step_takes_it_back(name: str) -> None:
    """An edit by undo, a way back by going on again: bit for bit."""
    trainer, examinations = examined(next(each for each in ILL if each.name == name))

    def now() -> tuple[Session, int, bytes]:
        return trainer.session, trainer.update, trainer.network.theta.tobytes()

    before, taken = now(), 0
    for finding in examinations[-1].findings:
        for remedy in remedies(trainer.session, finding):
            trainer.apply(remedy.command)
            assert now() != before, remedy.label
            trainer.apply(c.Seek(before[1]) if isinstance(remedy.command, c.Seek) else c.Undo())
            assert now() == before, remedy.label
            taken += 1
    assert taken


def finding_of(illness: str, cause: Cause, figure: float = 1.0, layer: int | None = None) -> Finding:
    """One that nothing was measured for."""
    return Finding(Measure(illness, figure, 0.5, layer=layer), "", "", 0, cause, "")


def test_no_remedy_changes_nothing() -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 4, "activation": "relu"}]}})
    assert all(
        one.label != "ReLU in all hidden layers" for one in remedies(session, finding_of("vanishing", Cause.ACTIVATION))
    )


def test_gates_come_back_with_those_of_single_neurons() -> None:
    off = ["l1.unit[0].forward", "l1.unit[1].forward", "l1.unit[1].backward"]
    session = Session.model_validate({"network": {"layers": [{"units": 2}]}, "gates": {"off": off}})
    trainer = Trainer(session)
    forward, backward = remedies(session, finding_of("not_learning", Cause.GATES))
    trainer.apply(forward.command)
    assert trainer.session.gates.off == ("l1.unit[1].backward",)
    trainer.apply(backward.command)
    assert trainer.session.gates.off == ()
    trainer.apply(c.Undo())
    assert trainer.session.gates.off == ("l1.unit[1].backward",)


def test_what_a_hand_has_stopped_it_sets_going_again() -> None:
    network = {"layers": [{"units": 2}], "cut": ["l1.unit[0]", "l2.weight[0,1]"], "frozen": ["l1.weight"]}
    session = Session.model_validate({"network": network})
    (mend,) = remedies(session, finding_of("vanishing", Cause.HAND))
    trainer = Trainer(session)
    trainer.apply(mend.command)
    assert (trainer.session.network.cut, trainer.session.network.frozen) == ((), ("l1.weight",))
    (free,) = remedies(session, replace(finding_of("not_learning", Cause.HAND), why="What could be learnt is frozen."))
    trainer.apply(free.command)
    assert trainer.session.network.frozen == ()


@pytest.mark.parametrize(
    ("rate", "step", "wanted"), [(0.5, 0.127, 0.003), (1.0, 1e-3, 1.0), (1e-6, 5e-7, 1e-3), (0.03, 0.0, 0.3)]
)
def test_the_rate_that_is_proposed_makes_usual_steps(rate: float, step: float, wanted: float) -> None:
    session = Session.model_validate({"training": {"optimizer": {"name": "sgd", "learning_rate": rate}}})
    assert better_rate(session, step) == pytest.approx(wanted)


@pytest.mark.parametrize(("name", "rate", "wanted"), [("sgd", 10.0, 0.1), ("sgd", 0.5, 0.03), ("adam", 1.0, 0.003)])
def test_a_tame_rate_is_a_tenth_and_usual(name: str, rate: float, wanted: float) -> None:
    session = Session.model_validate({"training": {"optimizer": {"name": name, "learning_rate": rate}}})
    found = tame_rate(session)
    assert found == pytest.approx(wanted)
    assert math.log10(found) % 1 == pytest.approx(0.0, abs=1e-9) or found / 3 == pytest.approx(
        10 ** round(math.log10(found / 3))
    )


def test_fresh_weights_are_those_of_the_seed() -> None:
    trainer = Trainer(Session())
    first = trainer.network.theta.copy()
    trainer.advance(20)
    finding = finding_of("exploding", Cause.RATE)
    trainer.apply(remedies(trainer.session, finding)[0].command)
    assert trainer.update == 0
    assert (trainer.network.theta == first).all()
