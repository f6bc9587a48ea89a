"""Every lesson from twenty seeds holds as often as it says, and docs/lessons-proof.md says so."""

import pytest

from tests.lessons.lesson_tables import line
from tests.lessons.proof_table import WHERE, rows


@pytest.mark.slow
def test_every_assertion_holds_from_twenty_seeds_as_the_page_says() -> None:
    page = WHERE.read_text("utf-8")
    for well, cells in rows():
        assert well, cells
        assert line(cells[:4]) in page
