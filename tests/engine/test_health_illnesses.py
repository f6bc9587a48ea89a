"""What illnesses are measured by: the loss to beat, beside minimisers of scipy; figures that are told as they are."""

import statistics
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog, minimize, minimize_scalar

from tests.engine.health_sessions import ILL, examined
from tests.engine.test_trainer import session_of
from twostroke.engine.border.health import COURSE, Cause, Finding, Health, HealthCourse
from twostroke.engine.health.case import LATEST, Case
from twostroke.engine.health.constant import constant_loss
from twostroke.engine.health.illnesses.learning import RISEN, not_learning, overfit
from twostroke.engine.health.illnesses.passage import dead, exploding, saturated, vanishing
from twostroke.engine.health.illnesses.samples import imbalance
from twostroke.engine.health.illnesses.steps import EARLIEST, NO_GRADIENT, large_steps, small_steps
from twostroke.engine.health.words import percent
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.shrinking import shrinking
from twostroke.engine.session.spec import Session

# -- the loss to beat --------------------------------------------------------------------------------------------------


def loss_to_beat(data: dict[str, Any], loss: Any, weights: Any = None, output: str = "identity") -> tuple[float, Any]:
    """As the engine finds it; and labels or targets of the training part."""
    network = {"dtype": "float64", "layers": [], "output": {"activation": output}}
    training = {"loss": loss} | ({} if weights is None else {"class_weights": {"name": "given", "values": weights}})
    session = Session.model_validate({"data": data, "network": network, "training": training})
    trainer = Trainer(session)
    label = trainer.dataset.label_train
    found = trainer.dataset.target_train[:, 0] if session.task == "regression" else label
    return constant_loss(session.training, trainer.dataset), found


@pytest.mark.parametrize("delta", [0.05, 1.0, 100.0])
def test_huber(delta: float) -> None:
    got, target = loss_to_beat({"name": "parabola", "samples": 60}, {"name": "huber", "delta": delta})

    def mean_loss(c: float) -> float:
        far = [abs(c - float(t)) for t in target]
        return sum(0.5 * e**2 if e <= delta else delta * (e - 0.5 * delta) for e in far) / len(far)

    best = minimize_scalar(mean_loss, bounds=(min(target), max(target)), options={"xatol": 1e-12}).fun
    assert got == pytest.approx(best, rel=1e-9)


def test_absolute_and_squared_error() -> None:
    got, target = loss_to_beat({"name": "parabola", "samples": 60}, "mae")
    assert got == pytest.approx(min(sum(abs(c - t) for t in target) / len(target) for c in target), rel=1e-9)
    got, target = loss_to_beat({"name": "parabola", "samples": 60}, "mse")
    assert got == pytest.approx(float(np.var(target)), rel=1e-9)


@pytest.mark.parametrize("weights", [None, [1.0, 10.0], [3.0, 0.5]])
def test_hinge_and_entropy_of_two_classes(weights: list[float] | None) -> None:
    got, label = loss_to_beat({"name": "fraud"}, "hinge", weights)
    sign, weight = 2.0 * label - 1.0, np.array(weights or [1.0, 1.0])[label]
    ends = [float(np.mean(weight * np.maximum(0.0, 1.0 - sign * c))) for c in np.linspace(-2.0, 2.0, 401)]
    assert got == pytest.approx(min(ends), rel=1e-9)
    got, _ = loss_to_beat({"name": "fraud"}, "binary_cross_entropy", weights, "sigmoid")
    best = minimize_scalar(lambda z: float(np.mean(weight * np.logaddexp(0.0, -sign * z))), options={"xtol": 1e-10}).fun
    assert got == pytest.approx(best, rel=1e-9)


@pytest.mark.parametrize("weights", [[1.0, 1.0, 1.0], [1.0, 5.0, 0.2], [9.0, 1.0, 2.0], [4.0, 3.9, 0.1]])
def test_hinge_and_entropy_of_three_classes(weights: list[float]) -> None:
    got, label = loss_to_beat({"name": "iris"}, "hinge", weights)
    share = np.array(weights) * np.bincount(label, minlength=3) / len(label)
    pairs = [(c, i) for c in range(3) for i in range(3) if i != c]
    rows = np.zeros((len(pairs), 3 + len(pairs)))
    for row, (c, i) in enumerate(pairs):  # 1 - z_c + z_i <= its slack
        rows[row, i], rows[row, c], rows[row, 3 + row] = 1.0, -1.0, -1.0
    cost = np.concatenate([np.zeros(3), [share[c] / 3 for c, _ in pairs]])
    bounds = [(None, None)] * 3 + [(0.0, None)] * len(pairs)
    assert got == pytest.approx(linprog(cost, rows, -np.ones(len(pairs)), bounds=bounds).fun, rel=1e-9)
    got, _ = loss_to_beat({"name": "iris"}, "cross_entropy", weights, "softmax")
    entropy = minimize(lambda z: float(share @ (np.log(np.exp(z).sum()) - z)), np.zeros(3), tol=1e-12).fun
    assert got == pytest.approx(entropy, rel=1e-8)


# -- what is told ------------------------------------------------------------------------------------------------------


def case_of(trainer: Trainer, health: Health) -> Case:
    return Case(trainer.session, trainer.dataset, health, trainer.evaluate(), snapshot_of(trainer).curves)


def test_cut_units_are_counted_nowhere_among_dead_ones() -> None:
    """Share, sentence and course are all of those that are not cut: half of eight, but all of four."""
    layers = [{"units": 8, "activation": "relu"}]
    bias = {"l1.bias": [-90.0] * 4 + [0.1] * 4}
    cut = [f"l1.unit[{unit}]" for unit in range(4, 8)]
    trainer = Trainer(session_of(network={"layers": layers, "parameters": bias, "cut": cut}))
    trainer.examine()
    trainer.advance(10)
    health = trainer.examine()
    (measure, finding), *_ = dead(case_of(trainer, health))
    assert finding is not None
    assert measure.figure == health.layers[0].course[1] == 1.0
    assert finding.measured.startswith("4 of 4 units of hidden 1 that are not cut fire for none of the ")
    assert (finding.since, finding.cause) == (0, Cause.INIT)
    assert list(vanishing(case_of(trainer, health))) == [], "no path is left on which a gradient could vanish"


def test_dead_gates_are_not_saturated_as_well() -> None:
    """A sigmoid that is shut at 0 for all samples is dead; only the living ones can be saturated."""
    layers = [{"units": 4, "activation": "sigmoid"}]
    bias = {"l1.bias": [-90.0, -90.0, -90.0, 0.1]}
    trainer = Trainer(session_of(network={"layers": layers, "parameters": bias}))
    health = trainer.examine()
    assert health.layers[0].dead.tolist() == [True, True, True, False]
    ((measure, finding),) = saturated(case_of(trainer, health))
    assert finding is None
    assert measure.figure == health.layers[0].saturated[3] == health.layers[0].course[2]


@pytest.mark.parametrize("examinations", [0, 1, 4, 5, 6, 40])
def test_usual_ratios_are_medians_of_the_latest(examinations: int) -> None:
    trainer = Trainer(session_of())
    health, rng = trainer.examine(), np.random.default_rng(2)
    figures = rng.exponential(size=(examinations, 3, len(COURSE)))
    course = HealthCourse(np.arange(examinations), figures)
    case = case_of(trainer, replace(health, course=course))
    ratios = course.of("update_ratio")
    latest = [ratios[max(0, end - LATEST) : end] for end in range(1, examinations + 1)]
    slowly = [[statistics.median(of_layer) for of_layer in rows.T.tolist()] for rows in latest]
    assert case.usual_ratios.shape == (examinations, 3)
    np.testing.assert_allclose(case.usual_ratios, np.reshape(slowly, (examinations, 3)), rtol=1e-12)
    assert bool(np.isnan(case.latest_ratio).any()) == (examinations < LATEST)


def test_steps_are_too_large_since_their_median_is() -> None:
    """A single small one in between, or at the end, is no recovery."""
    trainer, found = examined(next(each for each in ILL if each.name == "Adam at rate 0.5"))
    course = found[-1].course
    ratios = np.full(len(course.update), 0.1)
    ratios[:4], ratios[[9, -1]] = 1e-3, 1e-3
    figures = course.figures.copy()
    figures[:, :, COURSE.index("update_ratio")] = ratios[:, None]
    health = replace(found[-1], course=HealthCourse(course.update, figures))
    ((measure, finding),) = large_steps(case_of(trainer, health))
    assert finding is not None
    assert (measure.figure, finding.since) == (pytest.approx(0.1), int(course.update[6])), "when 3 of 5 were"


def test_what_was_learnt_and_lost_is_told_since_it_was_lost() -> None:
    trainer, found = examined(next(each for each in ILL if each.name == "all weights 0"))
    case = case_of(trainer, found[-1])
    ((_, finding),) = not_learning(case)
    assert finding is not None
    assert finding.since == 0
    losses = np.full(len(case.curves.update), case.constant_loss)
    losses[3:8] = 0.1
    ((_, finding),) = not_learning(replace(case, curves=replace(case.curves, train_loss=losses)))
    assert finding is not None
    assert finding.since == int(case.curves.update[8])


def test_a_rise_of_the_test_loss_is_told_as_it_was_measured_or_not_at_all() -> None:
    ill = next(each for each in ILL if each.name == "iris by heart")
    network = {**ill.session["network"], "layers": [{"units": 32, "activation": "prelu", "norm": "layer"}]}
    trainer, found = examined(replace(ill, session={**ill.session, "network": network}))
    case = case_of(trainer, found[-1])
    ((measure, finding),) = overfit(case)
    assert isinstance(finding, Finding)
    assert f"has {trainer.network.theta.size:,} parameters for {found[-1].samples:,} training" in finding.why
    assert measure.figure > RISEN
    train, test = case.curves.train_loss, case.curves.test_loss
    flat = replace(case.curves, train_loss=np.full_like(train, 0.5))
    assert list(overfit(replace(case, curves=flat))) == [], "risen, but not by heart: no figure says so"
    tiny = replace(case.curves, train_loss=1e-9 * train, test_loss=1e-9 * test)
    assert list(overfit(replace(case, curves=tiny))) == [], "nothing is left that could be unlearnt"
    level = replace(case.curves, test_loss=np.linspace(1.0, 1.2, len(test)))
    ((measure, finding),) = overfit(replace(case, curves=level))
    assert finding is None
    smooth = np.convolve(level.test_loss, np.full(5, 0.2), mode="valid")
    assert measure.figure == pytest.approx(smooth[-1] / smooth.min(), rel=1e-9)


@pytest.mark.parametrize(
    ("optimizer", "l2", "layer", "share"),
    [
        ({"name": "sgd", "learning_rate": 0.1}, 2.0, None, 0.2),
        ({"name": "sgd", "learning_rate": 0.1}, 0.0, 5.0, 0.5),
        ({"name": "adam", "learning_rate": 0.1}, 5.0, 5.0, 0.0),
        ({"name": "adamw", "learning_rate": 0.1, "weight_decay": 3.0}, 0.0, None, 0.3),
    ],
)
def test_what_shrinks_weights_whatever_the_loss_says(
    optimizer: Any, l2: float, layer: float | None, share: float
) -> None:
    """Beside one update of a network whose loss says nothing: all inputs are 0, and so are the gradients of weights."""
    network = {"layers": [{"units": 3, "l2": layer}], "dtype": "float64"}
    data = {"name": "rows", "x": [[0.0, 0.0]] * 4, "y": [0, 1, 0, 1], "task": "binary", "scale": "none"}
    session = Session.model_validate({"data": data, "network": network, "training": {"optimizer": optimizer, "l2": l2}})
    assert shrinking(session).share == pytest.approx(share)
    if optimizer["name"] == "adam":  # whose steps are about as long as the rate instead
        return
    trainer = Trainer(session)
    before = trainer.network.weight(1).copy()
    trainer.advance(1)
    np.testing.assert_allclose(trainer.network.weight(1), (1.0 - share) * before, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("SGD that turns its weights round", Cause.SHRINKING),
        ("targets of 5,000, SGD", Cause.TARGETS),
        ("three quadratic layers", Cause.ACTIVATION),
        ("SGD at rate 50 on values", Cause.RATE),
    ],
)
def test_where_the_first_number_was_not_finite_and_why(name: str, cause: Cause) -> None:
    trainer, found = examined(next(each for each in ILL if each.name == name))
    assert trainer.failure is not None
    finding = next(each for each in found[-1].findings if each.measure.illness == "not_finite")
    assert f"At update {trainer.failure.update:,} the {trainer.failure.where} was the first number" in finding.measured
    assert (finding.since, finding.cause) == (trainer.failure.update, cause)


# -- layers that mix ---------------------------------------------------------------------------------------------------


def mixed(neurons: list[str], **network: Any) -> Trainer:
    layers = [{"units": len(neurons), "activation": neurons[0], "neurons": neurons}]
    return Trainer(session_of(network={"layers": layers, **network}))


def test_a_layer_that_mixes_names_the_gates_of_the_units_in_question() -> None:
    """None of them is that of its first neuron alone."""
    trainer = mixed(["tanh", "step", "relu", "relu"], parameters={"l1.bias": [0.1, -90.0, -90.0, -90.0]})
    trainer.advance(10)
    case = case_of(trainer, trainer.examine())
    (_, finding), *_ = dead(replace(case, changed=0, health=replace(case.health, course=course_of(case, 10))))
    assert finding is not None
    assert finding.why.startswith("step or ReLU is shut below 0 on both strokes"), finding.why
    trainer = mixed(["relu", "relu", "sigmoid", "tanh"], parameters={"l1.bias": [0.0, 0.0, 30.0, 30.0]})
    ((_, finding),) = saturated(case_of(trainer, trainer.examine()))
    assert finding is not None
    assert ", units of sigmoid or tanh times " in finding.measured
    assert "too wide for sigmoid or tanh, flat out there" in finding.why


def test_one_wall_in_a_layer_is_no_wall_before_it() -> None:
    """Where other gates stand beside it, the gradient passes by these."""
    trainer = mixed(["step", "tanh", "tanh", "tanh"], init={"name": "normal", "std": 1e-4})
    pairs = list(vanishing(case_of(trainer, trainer.examine())))
    assert all(finding is None or "wall" not in finding.why for _, finding in pairs)


def course_of(case: Case, since: int) -> HealthCourse:
    """Two examinations: the first of a network without dead units."""
    figures = np.repeat(case.health.course.figures, 2, axis=0)
    figures[0, :, COURSE.index("dead")] = 0.0
    return HealthCourse(np.array([0, since]), figures)


# -- gates that are off ------------------------------------------------------------------------------------------------


def every(stroke: str) -> dict[str, list[str]]:
    return {"off": [f"l1.unit[{unit}].{stroke}" for unit in range(4)]}


STUCK, SILENT = "no gradient that could bring one back", "no signal passes"
BY_BACKWARD, BY_FORWARD = "a gradient does, as their gates are off", "a signal passes, as their gates are off"


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        ({}, (SILENT, STUCK)),
        ({"backward": False}, (SILENT, BY_BACKWARD)),
        (every("backward"), (SILENT, BY_BACKWARD)),
        ({"off": ["l1.unit[0].backward"]}, (SILENT, "a gradient does only where gates are off")),
        ({"forward": False}, (BY_FORWARD, STUCK)),
        (every("forward"), (BY_FORWARD, STUCK)),
        ({"off": ["l1.unit[0].forward", "l1.unit[1].backward"]}, ("signal and gradient pass only where",)),
        ({"forward": False, "backward": False}, ()),
    ],
)
def test_of_dead_units_no_more_is_told_than_their_gates_do(gates: dict[str, Any], said: tuple[str, ...]) -> None:
    network = {"layers": [{"units": 4, "activation": "relu"}], "parameters": {"l1.bias": [-90.0] * 4}}
    trainer = Trainer(session_of(network=network, gates=gates))
    case = case_of(trainer, trainer.examine())
    ((_, finding),) = dead(case)
    sentence = "" if finding is None else finding.measured
    every_one = (SILENT, STUCK, BY_BACKWARD, BY_FORWARD, "a gradient does only where", "signal and gradient pass only")
    assert [part in sentence for part in said] == [True] * len(said)
    assert sum(part in sentence for part in every_one) == len(said), sentence
    course = course_of(case, 10)
    course.figures[:, :, COURSE.index("update_ratio")] = 1e-3  # no step was large
    later = replace(case, health=replace(case.health, course=course))
    why = "" if finding is None else _only(dead(later)).why
    assert ("on both strokes" in why) == (said == (SILENT, STUCK))
    assert ("stays there" in why) == (STUCK in said)


def _only(found: Any) -> Finding:
    ((_, finding),) = found
    assert finding is not None
    return finding


@pytest.mark.parametrize("gates", [{"backward": False}, every("backward")])
def test_gates_that_are_off_take_no_gradient(gates: dict[str, Any]) -> None:
    """They are no wall, and do not shrink it."""
    for name in ("step", "sigmoid"):
        network = {"layers": [{"units": 4, "activation": name}], "init": {"name": "normal", "std": 1e-4}}
        trainer = Trainer(session_of(network=network, gates=gates))
        finding = _only(vanishing(case_of(trainer, trainer.examine())))
        assert finding.cause is Cause.INIT
        assert finding.why.startswith("Gates are off on the backward stroke; the weights ")
    network = {"layers": [{"units": 4, "activation": "tanh"}], "parameters": {"l1.bias": [30.0] * 4}}
    trainer = Trainer(session_of(network=network, gates=gates))
    sentence = _only(saturated(case_of(trainer, trainer.examine()))).measured
    assert sentence.endswith("what they send on hardly follows z, though the gradient passes.")


def test_with_gates_on_one_stroke_alone_a_gradient_is_not_how_the_output_answers() -> None:
    layers = [{"units": 8, "activation": "relu"}] * 3
    network = {"layers": layers, "init": {"name": "normal", "std": 9.0}}
    for gates, said in (({}, "the output answers"), ({"forward": False}, "a gradient at the output arrives")):
        trainer = Trainer(session_of(network=network, gates=gates))
        finding = _only(exploding(case_of(trainer, trainer.examine())))
        assert said in finding.measured
        assert ("signal and gradient grow" in finding.why) == (gates == {})


def stuck(gates: dict[str, Any], **layer: Any) -> Finding:
    """A network that has learnt nothing, and why."""
    trainer = Trainer(session_of(network={"layers": [{"units": 4, "activation": "tanh", **layer}]}, gates=gates))
    trainer.advance(2_000)
    case = case_of(trainer, trainer.examine())
    assert case.evaluation is not None
    none = replace(case.evaluation, train=replace(case.evaluation.train, loss=case.constant_loss))
    return _only(not_learning(replace(case, evaluation=none)))


def test_only_what_bends_nowhere_is_called_linear() -> None:
    straight = "a single linear map"
    assert straight in stuck({"forward": False}).why
    assert straight in stuck(every("forward")).why
    assert straight not in stuck({"forward": False}, norm={"name": "layer"}).why
    assert straight not in stuck({"off": ["l1.unit[0].forward"]}).why


# -- nothing left to learn ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [0.0, 0.1])
def test_where_all_targets_are_one_nothing_is_missed(target: float) -> None:
    """Neither a gradient, nor what a mean that is off by a rounding would be right by."""
    rows = {"name": "rows", "x": [[0.1 * i] for i in range(20)], "y": [target] * 20, "task": "regression"}
    init = {"name": "normal", "std": 1e-4}
    network = {"layers": [{"units": 4, "activation": "tanh"}], "output": {"activation": "identity"}, "init": init}
    session = {"data": {**rows, "scale_target": "none"}, "network": network, "training": {"loss": "mse"}}
    trainer = Trainer(Session.model_validate(session))
    case = case_of(trainer, trainer.examine())
    assert case.constant_loss == 0.0
    ((measure, finding),) = vanishing(case)
    assert (measure.figure < 0.01, finding) == (True, None)
    assert list(not_learning(case)) == []


def test_frozen_weights_are_no_fault_of_the_rate() -> None:
    trainer = Trainer(session_of(network={"frozen": ["l1.weight", "l2.weight", "l3.weight"]}))
    for _ in range(LATEST):
        trainer.advance(EARLIEST)
        health = trainer.examine()
    assert max(layer.gradient for layer in health.layers) > NO_GRADIENT
    assert not case_of(trainer, health).latest_ratio.any()
    assert list(small_steps(case_of(trainer, health))) == []


# -- rare classes ------------------------------------------------------------------------------------------------------


def test_a_rare_class_is_overlooked_since_it_was() -> None:
    """Not since the beginning, where the network found it for a while."""
    patient = next(each for each in ILL if each.name == "fraud, tanh")
    trainer, examinations = examined(patient)
    (finding,) = (one for one in examinations[-1].findings if one.measure.illness == "imbalance")
    curves = snapshot_of(trainer).curves
    rows = trainer.dataset.label_train
    rare = int(np.bincount(rows).argmin())
    assert trainer.evaluation is not None
    assert curves.rare_recall[-1] == trainer.evaluation.train.confusion[rare, rare] / np.count_nonzero(rows == rare)
    found = np.flatnonzero(curves.rare_recall >= 0.5)
    assert finding.since == curves.update[found[-1] + 1 if found.size else 0]
    went = np.where(curves.update < 100, 0.7, 0.0)
    case = replace(case_of(trainer, examinations[-1]), curves=replace(curves, rare_recall=went))
    ((_, later),) = imbalance(case)
    assert later is not None
    assert later.since == curves.update[curves.update >= 100][0]


# -- nothing learnt ----------------------------------------------------------------------------------------------------

SAME = {"name": "rows", "x": [[1.0, 1.0]] * 40, "y": [0.1 * (i % 7) for i in range(40)], "task": "regression"}


@pytest.mark.parametrize(
    ("parts", "cause", "why"),
    [
        ({"data": SAME, "training": {"loss": "mse"}}, Cause.INPUTS, "have the same inputs"),
        ({"cut": [f"l1.unit[{unit}]" for unit in range(4)]}, Cause.HAND, "All units of hidden 1 are cut"),
        ({"frozen": [f"l{at}.{part}" for at in (1, 2) for part in ("weight", "bias")]}, Cause.HAND, "is frozen"),
        ({"parameters": {"l1.bias": [-90.0] * 4}}, Cause.INIT, "All units of hidden 1 are dead"),
    ],
)
def test_why_nothing_is_learnt_is_what_keeps_it_from_learning(parts: dict[str, Any], cause: Cause, why: str) -> None:
    """And no rate, which has nothing to do with it."""
    network = {key: parts[key] for key in ("cut", "frozen", "parameters") if key in parts}
    rest = {"training": {"optimizer": {"name": "sgd", "learning_rate": 0.03}}} | parts
    output = {"activation": "identity" if "data" in parts else "sigmoid"}
    session = {
        "data": rest.get("data", {"name": "moons"}),
        "network": {"layers": [{"units": 4, "activation": "relu"}], "output": output, **network},
        "training": rest["training"],
    }
    trainer = Trainer(Session.model_validate(session))
    trainer.advance(2_000)
    case = case_of(trainer, trainer.examine())
    assert case.evaluation is not None
    stuck = replace(case.evaluation, train=replace(case.evaluation.train, loss=case.constant_loss))
    ((_, finding),) = not_learning(replace(case, evaluation=stuck))
    assert finding is not None
    assert finding.cause is cause, finding.why
    assert why in finding.why


def test_a_percentage_that_is_not_all_says_so() -> None:
    assert [percent(share) for share in (0.0, 1e-4, 0.5, 0.9961, 0.99996, 1.0)] == [
        "0 %",
        "0.01 %",
        "50 %",
        "99.6 %",
        "99.996 %",
        "100 %",
    ]
