"""Same session, same numbers, bit for bit: one session in many rhythms ends in one state, with the same losses.

A rhythm is a way of doing UPDATES updates: in chunks, with looks in between, to and fro, saved and resumed, in the
training thread. To add a session or a rhythm, add it to its table.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.edits import to
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.compute import warmup
from twostroke.engine.files.session_file import read_saved, write_saved
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.runner import Runner
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

UPDATES = 120
PATIENCE = 60.0  # seconds; a busy machine may be slow

SMALL: dict[str, Any] = {"data": {"samples": 90}, "network": {"layers": [{"units": 6}, {"units": 5}]}}
SESSIONS: dict[str, dict[str, Any]] = {
    "plain": SMALL,
    "momentum, unshuffled": SMALL
    | {"training": {"optimizer": "nesterov", "shuffle": False, "batch_size": 7, "l1": 0.001, "l2": 0.01}},
    "adam, learned gates": {
        "data": {"samples": 50},
        "network": {"layers": [{"units": 6, "activation": "prelu"}, {"units": 4, "activation": "tanh"}]},
        "training": {"optimizer": "adam", "batch_size": 4},
    },
    "dropout": {
        "data": {"samples": 60},
        "network": {"layers": [{"units": 12, "dropout": 0.3}, {"units": 8, "dropout": 0.1, "activation": "elu"}]},
        "training": {"optimizer": "rmsprop"},
    },
    "normalized": {
        "data": {"samples": 60},
        "network": {"layers": [{"units": 8, "norm": "batch"}, {"units": 8, "norm": "layer", "skip": 0}]},
        "training": {"optimizer": "adagrad", "batch_size": 8},
    },
    "scheduled": SMALL
    | {
        "training": {
            "optimizer": "adamw",
            "schedule": {"name": "cosine", "updates": 80, "warm_up": 10},
            "clip": {"name": "norm", "limit": 0.5},
        }
    },
    "float64": {
        "data": {"samples": 60},
        "network": {"layers": [{"units": 5, "activation": "gelu"}], "dtype": "float64"},
    },
    "by BLAS": {
        "data": {"name": "digits"},
        "network": {"layers": [{"units": 96}, {"units": 64}], "output": "softmax"},
        "training": {"batch_size": 64, "loss": "cross_entropy", "optimizer": "adam"},
    },
}


def session_of(name: str) -> Session:
    """A session of the table."""
    return Session.model_validate(SESSIONS[name])


Ending = tuple[tuple[bytes, ...], float, float]


def ending(trainer: Trainer) -> Ending:
    """Everything that training changes, and the losses over both parts of the data."""
    figures = trainer.evaluate()
    return tuple(array.tobytes() for array in trainer.state), figures.train.loss, figures.test.loss


_expected: dict[str, Ending] = {}


def expected(name: str) -> Ending:
    """What the session ends in, where all updates are done at once."""
    if name not in _expected:
        trainer = Trainer(session_of(name))
        assert trainer.advance(UPDATES) == UPDATES
        _expected[name] = ending(trainer)
    return _expected[name]


# --- Rhythms --------------------------------------------------------------------------------------------------------


def one_by_one(trainer: Trainer, _: Path) -> Trainer:
    """An update at a time."""
    for _ in range(UPDATES):
        trainer.advance(1)
    return trainer


def in_random_chunks(trainer: Trainer, _: Path) -> Trainer:
    """As a clock might cut them, also empty ones."""
    rng = np.random.default_rng(3)
    while trainer.update < UPDATES:
        trainer.advance(min(int(rng.integers(0, 17)), UPDATES - trainer.update))
    return trainer


def looked_at(trainer: Trainer, _: Path) -> Trainer:
    """With figures, snapshots and tapes in between."""
    while trainer.update < UPDATES:
        trainer.advance(min(7, UPDATES - trainer.update))
        trainer.evaluate()
        snapshot_of(trainer)
        trainer.record()
    return trainer


def paused(trainer: Trainer, _: Path) -> Trainer:
    """Play, pause, one update, one epoch, play."""
    for command in (c.Play(), c.Pause(), c.Play(), c.Advance(3), c.AdvanceEpoch(), c.PinSample(5), c.Play()):
        trainer.apply(command)
        trainer.advance(trainer.wanted(9))
    trainer.advance(UPDATES - trainer.update)
    return trainer


def in_stroke_mode(trainer: Trainer, _: Path) -> Trainer:
    """Tape after tape, three on and one back."""
    trainer.apply(c.Record())
    while trainer.update < UPDATES:
        for command in (c.NextTape(), c.NextTape(), c.NextTape(), c.PreviousTape()):
            if trainer.update < UPDATES:
                trainer.apply(command)
    trainer.apply(c.LeaveStroke())
    return trainer


def to_and_fro(trainer: Trainer, _: Path) -> Trainer:
    """Back and on again, far and near, also to the known future."""
    rng = np.random.default_rng(5)
    while trainer.update < UPDATES:
        trainer.advance(min(20, UPDATES - trainer.update))
        far = snapshot_of(trainer).future
        trainer.apply(c.Seek(int(rng.integers(0, far + 1))))
        trainer.apply(c.StepBack(2))
        trainer.advance(min(9, UPDATES - trainer.update))
        trainer.apply(c.Seek(max(far, trainer.update)))
    return trainer


def with_little_memory(trainer: Trainer, _: Path) -> Trainer:
    """Where but two or three checkpoints have room."""
    narrow = Trainer(trainer.session, history_bytes=3 * sum(array.nbytes + 200 for array in trainer.state))
    return to_and_fro(narrow, _)


def with_a_change_undone(trainer: Trainer, _: Path) -> Trainer:
    """Another rate, another optimizer, another network: each undone before it is trained with."""
    for parts in ({"training": {"batch_size": 3}}, {"training": {"optimizer": "sgd"}}, {"network": {"seed": 99}}):
        trainer.advance(30)
        told = trainer.session.model_dump(mode="json")
        for name, values in parts.items():
            told[name] = {**told[name], **values}
        trainer.apply(to(Session.model_validate(told)))
        trainer.apply(c.Undo())
    trainer.advance(UPDATES - trainer.update)
    return trainer


def reset_and_undone(trainer: Trainer, _: Path) -> Trainer:
    """The first network back, and once the run itself again."""
    trainer.advance(50)
    trainer.apply(c.Reset())
    trainer.advance(20)
    trainer.apply(c.Undo())
    trainer.apply(c.Reset())
    trainer.advance(UPDATES)
    return trainer


def beside_a_branch(trainer: Trainer, _: Path) -> Trainer:
    """Gone back, trained otherwise, and returned to the first line."""
    trainer.advance(80)
    trainer.apply(c.Seek(40))
    told = trainer.session.model_dump(mode="json")
    told["training"]["l2"] = 0.5
    trainer.apply(to(Session.model_validate(told)))
    trainer.advance(50)
    trainer.apply(c.SwitchBranch(0))
    trainer.apply(c.DropBranch(1))
    trainer.advance(UPDATES - trainer.update)
    return trainer


def saved_and_resumed(trainer: Trainer, folder: Path) -> Trainer:
    """Twice written to files and read into another trainer, also in the middle of an epoch."""
    for update in (33, 90):
        trainer.advance(update - trainer.update)
        captured = trainer.apply(c.Capture()).captured
        assert captured is not None
        assert captured.state is not None
        write_saved(folder / "a.twostroke.json", captured.session, captured.state)
        session, state = read_saved(folder / "a.twostroke.json")
        trainer = Trainer(session, state=state)
    trainer.advance(UPDATES - trainer.update)
    return trainer


RHYTHMS: tuple[Callable[[Trainer, Path], Trainer], ...] = (
    one_by_one,
    in_random_chunks,
    looked_at,
    paused,
    in_stroke_mode,
    to_and_fro,
    with_little_memory,
    with_a_change_undone,
    reset_and_undone,
    beside_a_branch,
    saved_and_resumed,
)


@pytest.mark.parametrize("rhythm", RHYTHMS, ids=lambda rhythm: rhythm.__name__)
@pytest.mark.parametrize("name", SESSIONS)
def test_rhythm(name: str, rhythm: Callable[[Trainer, Path], Trainer], tmp_path: Path) -> None:
    """Ends as all updates at once do."""
    trainer = rhythm(Trainer(session_of(name)), tmp_path)
    assert trainer.update == UPDATES
    assert ending(trainer) == expected(name)


def test_sessions_differ() -> None:
    """So that the comparison means something: training changed each, and no two ended alike."""
    assert len({expected(name)[0] for name in SESSIONS}) == len(SESSIONS)
    for name in SESSIONS:
        assert expected(name) != ending(Trainer(session_of(name)))


# --- The training thread ----------------------------------------------------------------------------------------------


def wait_for(runner: Runner, update: int, look: float) -> Snapshot:
    """Look every `look` seconds, as a slow or fast screen does, until the run stands still at `update`."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        snapshot = runner.take()
        if snapshot is not None and snapshot.update == update and snapshot.status is Status.PAUSED:
            return snapshot
        assert runner.error is None
        time.sleep(look)
    raise AssertionError(f"update {update} was not reached")


@pytest.mark.parametrize("pace", [None, 900.0])
@pytest.mark.parametrize("look", [0.0005, 0.08])
@pytest.mark.parametrize("name", ["plain", "dropout"])
def test_in_the_training_thread(name: str, look: float, pace: float | None) -> None:
    """At any pace and with any screen, also with a step back on the way."""
    session = session_of(name)
    warmup.compile_kernels(session.network.dtype)
    runner = Runner(session)
    runner.start()
    try:
        runner.send(c.SetPace(pace))
        for command, update in ((c.Advance(70), 70), (c.StepBack(30), 40), (c.Advance(UPDATES - 40), UPDATES)):
            runner.send(command)
            last = wait_for(runner, update, look)
    finally:
        runner.stop()
    trainer = Trainer(session)
    trainer.advance(UPDATES)
    for layer, other in zip(last.layers, snapshot_of(trainer).layers, strict=True):
        assert layer.weight.tobytes() == other.weight.tobytes()
        assert layer.bias.tobytes() == other.bias.tobytes()
    assert last.loss == snapshot_of(trainer).loss
