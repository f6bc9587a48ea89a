"""Tests of export paint with Qt, without a display."""

import pytest
from PySide6.QtCore import QCoreApplication

from tests.qt_guards import expect_message, nothing_kept, nothing_left, undressed
from twostroke.gui.export.render import ensure_application

__all__ = ["expect_message", "nothing_kept", "nothing_left", "undressed"]


@pytest.fixture(scope="session")
def application(qapp: QCoreApplication) -> QCoreApplication:
    """The application that an export uses: the one there is."""
    assert ensure_application() is qapp
    return qapp
