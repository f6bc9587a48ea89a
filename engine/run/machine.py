"""What updates depend on besides the state: the setting, which a history keeps, and the machine that is built from it.

A setting must stay small, as every touch of a slider makes one: it knows its data by session and digest, and has them
loaded again when they are needed again.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass

from twostroke.engine.compute import optimizing
from twostroke.engine.compute.kernels.plan import Buffers, Feed, Rule
from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset
from twostroke.engine.probes import Evaluator
from twostroke.engine.run.loading import load_data
from twostroke.engine.session.spec import Session, same_settings


class Setting:
    """A session with its data. Two are equal where updates under both give the same numbers."""

    def __init__(self, session: Session, dataset: Dataset) -> None:
        self.session = session
        self._digest = dataset.digest
        self._held = weakref.ref(dataset)

    @property
    def dataset(self) -> Dataset:
        """The data, loaded again where nothing else uses them. ValueError where their file has changed since."""
        held = self._held()
        if held is None:
            held = load_data(self.session)
            if held.digest != self._digest:
                raise ValueError("the file with the data has changed since these updates were made; go to later ones")
            self._held = weakref.ref(held)
        return held

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Setting) and self._digest == other._digest
        return same and isinstance(other, Setting) and same_settings(self.session, other.session)


@dataclass(frozen=True, eq=False)
class Machine:
    """All that the kernel needs to train under one setting, besides the state."""

    setting: Setting
    network: Network
    rule: Rule
    feed: Feed
    buffers: Buffers


def machine_of(setting: Setting, network: Network | None = None, feed: Feed | None = None) -> Machine:
    """A machine for a setting, with its network and feed where they are there already."""
    network = network or Network(setting.session)
    feed = feed or Evaluator(network, setting.dataset).train
    buffers = network.buffers(min(setting.session.training.batch_size, feed.x.shape[0]))
    return Machine(setting, network, optimizing.rule(setting.session), feed, buffers)


def check_pace(pace: float | None) -> None:
    """ValueError where no training can have this pace."""
    if pace is not None and not pace > 0:
        raise ValueError(f"the pace is {pace} updates per second; expected more than 0")
