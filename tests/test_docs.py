"""What the pages for readers of the code name is there."""

import re
from pathlib import Path

import pytest

from tests.project import ROOT

PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md")
PLACE = re.compile(r"`([\w./-]+(?:\.py|\.md|\.toml|/))`")


def places(page: str) -> list[str]:
    """Files and folders that a page names in code marks, as `engine/run/carry.py`, `run/carry.py` or `panels/`."""
    return PLACE.findall((ROOT / page).read_text("utf-8"))


def exists(place: str, inside: Path = ROOT) -> bool:
    """Whether some file or folder of the project has a path that ends so."""
    wanted = Path(place)
    tops = ("engine", "gui", "resources", "packaging", "tests", "docs")
    if (inside / wanted).exists():
        return True
    return any(found.parts[-len(wanted.parts) :] == wanted.parts for top in tops for found in (inside / top).rglob("*"))


@pytest.mark.parametrize("page", PAGES)
def test_every_place_that_is_named_exists(page: str) -> None:
    """A file that was moved takes its name in the text along."""
    missing = [place for place in places(page) if not place.startswith((".venv", "build/")) and not exists(place)]
    assert missing == []


def test_the_pages_name_places() -> None:
    """Or the test above would have nothing to look at; and a place that is not there is found."""
    assert len(places("ARCHITECTURE.md")) > 40
    assert len(places("CONTRIBUTING.md")) > 15
    assert not exists("engine/nowhere.py")
