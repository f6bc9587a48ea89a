"""What is done a little later is done once, and lets go of what it names where its owner is gone before."""

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from twostroke.gui.fields.soon import soon


class Named:
    """What the call names."""


def test_it_is_called_once_and_leaves_nothing_in_its_owner(qtbot: QtBot) -> None:
    owner, seen = QObject(), []
    soon(owner, lambda: seen.append(1))
    assert seen == []
    qtbot.waitUntil(lambda: seen == [1] and owner.children() == [], timeout=60_000)
    qtbot.wait(20)
    assert seen == [1]


@pytest.mark.parametrize("ms", [0, 60_000])
def test_where_its_owner_is_gone_it_is_not_called_and_holds_nothing(qtbot: QtBot, ms: int) -> None:
    owner, named, seen = QObject(), Named(), []
    gone = weakref.ref(named)
    soon(owner, lambda named=named: seen.append(named), ms)  # type: ignore[misc]
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete.value)
    del named
    qtbot.wait(20)
    gc.collect()
    assert seen == []
    assert gone() is None
