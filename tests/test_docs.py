"""What the pages for readers of the code name is there."""

import re
from pathlib import Path

import pytest

from tests.project import ROOT
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.catalogue.other_keys import KEYS, OtherKey
from twostroke.engine.catalogue.other_names import ENTRIES, OtherName

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


def test_the_page_on_sessions_names_each_choice() -> None:
    """And no activation that there is not."""
    page = (ROOT / "docs" / "sessions.md").read_text("utf-8")
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    words = {word for marked in re.findall(r"`([^`]+)`", prose) for word in marked.split()}
    for catalogue in (CATALOGUE, LOSSES, OPTIMIZERS, INITIALIZERS):
        assert set(catalogue) - words == set()
    listed = re.search(r"Activations are `([^`]+)`", page)
    assert listed is not None
    assert set(listed[1].split()) == set(CATALOGUE)


def test_the_front_page_counts_right() -> None:
    numbers = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    page = (ROOT / "README.md").read_text("utf-8")
    assert f"{len(CATALOGUE)} activation functions" in page
    assert f"{numbers[len(LOSSES)]} losses, {numbers[len(OPTIMIZERS)]} optimizers" in page


def row_of(entry: OtherName | OtherKey) -> str:
    """An entry as the page on names tells it: the names elsewhere, ours, and what is to be said."""
    names = entry.names if isinstance(entry, OtherName) else entry.keys
    kind = entry.kind if isinstance(entry, OtherName) else ", ".join((entry.part, *entry.of))
    settings = entry.settings if isinstance(entry, OtherName) else {}
    ours = f"`{entry.ours}`" if entry.ours else "-"
    with_settings = "".join(f", `{key}` {value}" for key, value in settings.items())
    said = entry.but.replace("|", "\\|") or "the same"
    return f"| {kind} | {' '.join(f'`{name}`' for name in names)} | {ours}{with_settings} | {said} |"


def test_the_page_on_names_is_the_table() -> None:
    """Row by row, in order; what is missing or changed stands in the difference that pytest prints."""
    page = (ROOT / "docs" / "names.md").read_text("utf-8").splitlines()
    rows = [line for line in page if line.startswith("| ") and not line.startswith("| part")]
    assert rows == [row_of(entry) for entry in (*ENTRIES, *KEYS)]
