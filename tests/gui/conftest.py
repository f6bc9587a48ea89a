"""Tests of the window: `qapp` and `qtbot` come from pytest-qt; the guards make noise and leaks fail."""

import pytest

from tests.qt_guards import expect_message, nothing_kept, nothing_left, undressed

__all__ = ["expect_message", "nothing_kept", "nothing_left", "undressed"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-qt would catch Qt's messages during the call only; the guard listens from set-up to the end."""
    for item in items:
        item.add_marker("no_qt_log")
