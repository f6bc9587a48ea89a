"""Names that users give - long, many, with & or tags, in any script - neither widen, hide nor misspell anything."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_panels_settings import view_of
from twostroke.gui.model import edits
from twostroke.gui.model.user_text import LONGEST, WORD, breakable, clusters, literal, one_line, short, tip
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.data.own_data import SHOWN_TARGETS, offered
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.room import NARROWEST
from twostroke.gui.stage.scene.layout import shorten, text_width

NAMES = ("R&D Spend", "<b>bold</b>", "収入と支出の合計金額", "🙂👩‍👩‍👧 mood", "a" * 60, "snake_case_name", "two\nlines")


def test_an_ampersand_is_no_shortcut(qtbot: QtBot, tmp_path: Path) -> None:
    panel = table_panel(qtbot, tmp_path, ["R&D Spend", "A && B", "&", "y"])
    shown = {name: button.text() for name, button in panel.features.buttons.items()}
    assert shown["R&D Spend"] == "R&&D Spend"
    assert all(button.shortcut().isEmpty() for button in panel.features.buttons.values())


def table_panel(qtbot: QtBot, folder: Path, names: list[str]) -> DataPanel:
    path = folder / "named.csv"
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    rows = [",".join(str((row * 7 + k) % 9) for k in range(len(names))) for row in range(40)]
    path.write_text("\n".join([quoted, *rows]), "utf-8")
    session = edits.open_data(example_session(), "table", str(path)).session
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.resize(NARROWEST[Side.LEFT], 900)
    panel.show()
    panel.show_view(view_of(session))
    return panel


def test_no_name_widens_a_panel_or_loses_its_full_text(qtbot: QtBot, tmp_path: Path) -> None:
    names = [name for name in NAMES if "\n" not in name]
    panel = table_panel(qtbot, tmp_path, [*names, "y"])
    network = NetworkPanel()
    qtbot.addWidget(network)
    network.show()
    network.show_session(panel.session)
    for widget in (panel, network):
        assert widget.minimumSizeHint().width() <= NARROWEST[Side.LEFT]
    for name, button in panel.features.buttons.items():
        told = button.toolTip()
        assert name in told or name.replace("<", "&lt;").replace(">", "&gt;") in told
        assert "<b>" not in told


def test_three_hundred_inputs_fit_the_column(qtbot: QtBot, tmp_path: Path) -> None:
    panel = table_panel(qtbot, tmp_path, [*(f"a measured quantity {k}" for k in range(300)), "y"])
    network = NetworkPanel()
    qtbot.addWidget(network)
    network.show_session(panel.session)
    assert panel.minimumSizeHint().width() <= NARROWEST[Side.LEFT]
    assert network.minimumSizeHint().width() <= NARROWEST[Side.LEFT]
    assert panel.file.target.currentText() == "y"  # the 301st, beyond those that the list offers


def test_a_capped_list_has_the_chosen_entry() -> None:
    names = [f"c{k}" for k in range(SHOWN_TARGETS + 50)]
    assert names[-1] in offered(names, names[-1])
    assert len(offered(names, names[-1])) == SHOWN_TARGETS + 1
    assert offered(names, "c3") == names[:SHOWN_TARGETS]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_short_enough_is_spelled_as_it_is(name: str) -> None:
    assert short(name, 80) == " ".join(name.split())
    assert literal(name).replace("&&", "&") == one_line(name)
    assert breakable(name).replace("\u200b", "") == name
    assert "".join(clusters(name)) == name


def test_alike_names_still_differ_when_shortened() -> None:
    start = "On a scale from 1 to 5, how satisfied are you with the course "
    one, other = short(start + "material so far?"), short(start + "overall (1 = not at all)?")
    assert one != other
    assert max(len(one), len(other)) <= LONGEST


def test_nothing_is_cut_within_a_character() -> None:
    family = "👩‍👩‍👧"
    assert clusters(f"e\u0301{family}🇩🇪🇫🇷") == ["e\u0301", family, "🇩🇪", "🇫🇷"]
    assert short(family * 60).replace("…", "") == family * (LONGEST - 1)


def test_wide_characters_take_their_room() -> None:
    assert text_width("収入", 10) > 1.7 * text_width("ab", 10)
    assert text_width(shorten("収入と支出の合計金額", 12, 60), 12) <= 60 + 12


def test_tags_in_a_tool_tip_are_shown() -> None:
    assert "&lt;b&gt;" in tip("<b>x</b>")
    assert tip("plain & simple") == "plain & simple"


def test_a_long_word_may_go_on_in_the_next_line() -> None:
    assert max(map(len, breakable("x" * 100).split("\u200b"))) == WORD
