"""What the tests of the player share, also with those of all exports."""

from collections.abc import Iterator

import pytest

from tests.export.conftest import application, expect_message, nothing_left, undressed
from tests.export.player.chromium import Browser, chromium, installed
from tests.export.player.pages import Page, small_page

__all__ = ["application", "expect_message", "nothing_left", "undressed"]


@pytest.fixture(scope="session")
def small(application: object, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of an update of a small network."""
    return small_page(tmp_path_factory.mktemp("player") / "small.html")


@pytest.fixture(scope="session")
def every_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, started once."""
    if installed() is None:
        pytest.skip("Chromium is not installed (Debian's package chromium): the player was not tried in a browser")
    with chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture
def browser(every_browser: Browser) -> Iterator[Browser]:
    """The same, which has said and asked for nothing yet, as large as a projector."""
    every_browser.said.clear()
    every_browser.requests.clear()
    every_browser.prefer(prefers_reduced_motion="no-preference")
    every_browser.resize(1280, 800)
    yield every_browser
    every_browser.open("about:blank")
