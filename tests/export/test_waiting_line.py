"""The queue between painter and encoder."""

import threading

import pytest

from twostroke.gui.export.waiting_line import WaitingLine

SOON, LONG = 0.01, 30.0


def test_what_is_put_comes_in_order_and_no_more_than_there_are_places() -> None:
    line = WaitingLine(2)
    assert line.put("a", SOON)
    assert line.put("b", SOON)
    assert not line.put("c", SOON)
    assert line.get(SOON) == "a"
    assert line.put("c", SOON)
    assert [line.get(SOON), line.get(SOON)] == ["b", "c"]
    with pytest.raises(TimeoutError):
        line.get(SOON)


def test_who_waits_is_woken() -> None:
    line, found = WaitingLine(1), []
    taker = threading.Thread(target=lambda: found.extend(line.get(LONG) for _ in range(100)))
    taker.start()
    assert all(line.put(at, LONG) for at in range(100))
    taker.join(LONG)
    assert found == [*range(100)]
