"""Formulas: typeset with ink of the theme, broken where they are too wide, text where they cannot be set."""

import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from twostroke.gui.look import formula_lines, typesetting
from twostroke.gui.look.dress import dress
from twostroke.gui.look.formula_lines import SMALLEST, fitted, lay
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.look.typesetting import UNIT, outline
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.line_breaks import Unbalanced, displayed, follows, loosened, pieces
from twostroke.gui.panels.base.formula_view import FormulaView

FORMULAS = {
    "step": r"w' = w - \eta\,\frac{\partial L}{\partial w}",
    "sum": r"z_{2} = \sum_{k} w_{2k}\,a_k + b_2",
    "terms": r"z_2 = 0.21 \cdot 0.53 + (-1.32) \cdot 0.1 - 0.52 \cdot 0.25 + 0.1 = -0.151",
    "gain": r"f'(z) = \Phi(z) + z\,\varphi(z)",
    "cases": r"f(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases}",
    "delta": r"\delta = \left(\sum_{j} w_{j2}\,\delta_j\right) \cdot f'(z)",
    "loss": r"L = -\left(y \ln p + (1 - y) \ln(1 - p)\right)",
    "norm": r"\hat{z} = \frac{z - \mu}{\sqrt{\sigma^2 + \varepsilon}}",
    "adam": r"\hat{m} = \frac{m'}{1 - \beta_1^{t}} = \frac{0.0123}{1 - 0.9^{12}} = 0.0171",
    "power": r"1.2 \cdot 10^{-5}",
    "unknown": r"z = \ldots",
}


def shown(
    qtbot: QtBot, latex: str, plain: str = "in words", width: int = 290, theme: Theme = Theme.DARK
) -> FormulaView:
    widget = FormulaView()
    qtbot.addWidget(widget)
    dress(widget, PALETTES[theme])
    widget.show_formula(latex, plain)
    widget.resize(width, widget.heightForWidth(width))
    widget.show()
    return widget


def ink(widget: FormulaView, theme: Theme) -> int:
    """Pixels nearer to the colour of the text than to that of the panel."""
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    ground, text = QColor(PALETTES[theme].surface), QColor(PALETTES[theme].text)
    image.fill(ground)
    widget.render(image)
    greys = (image.pixelColor(x, y).green() for x in range(image.width()) for y in range(image.height()))
    return sum(abs(grey - text.green()) < abs(grey - ground.green()) for grey in greys)


@pytest.mark.parametrize("name", [name for name in FORMULAS if name not in ("terms", "power")])
def test_an_outline_is_that_of_the_library(name: str) -> None:
    """The row that is taken out of a formula, so that it is set once less, changes nothing."""
    found = outline(FORMULAS[name])
    assert found is not None
    library, _ = typesetting._ziamath()
    box = library.fromlatex(FORMULAS[name], size=UNIT, inline=True).node.bbox
    assert found.ascent == box.ymax / UNIT
    assert found.descent == -box.ymin / UNIT
    assert found.width >= box.xmax / UNIT


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", FORMULAS)
def test_every_kind_is_typeset_in_the_colour_of_the_theme(qtbot: QtBot, name: str, theme: Theme) -> None:
    widget = shown(qtbot, FORMULAS[name], theme=theme)
    assert widget.is_set
    assert ink(widget, theme) > 25
    assert widget.accessibleName() == "in words"
    assert not widget.bar.isVisible()


def test_letters_stand_on_the_baseline() -> None:
    small, fraction = outline("x"), outline(r"x + \frac{1}{2}")
    assert small is not None
    assert fraction is not None
    assert abs(small.path.boundingRect().bottom()) < 0.02 * typesetting.UNIT
    assert fraction.descent > small.descent
    line = lay(r"x = \frac{1}{2}", 40.0)
    assert line is not None
    assert len({piece.y for piece in line.pieces}) == 1


@pytest.mark.parametrize(
    "wrong",
    [r"\frac{a", "a}", r"\left( a", r"\nosuchcommand{x}", "&", "x_1_2", "日本", "", "a" * 5000, r"\begin{cases} x"],
)
def test_what_cannot_be_set_stands_as_text(qtbot: QtBot, wrong: str) -> None:
    widget = shown(qtbot, wrong, "Σ w · a = 0.3")
    assert not widget.is_set
    assert widget.height() >= widget.fontMetrics().height()
    assert ink(widget, Theme.DARK) > 5


def test_nothing_at_all_takes_no_room(qtbot: QtBot) -> None:
    assert shown(qtbot, "", "").height() == 0


def test_a_long_text_wraps(qtbot: QtBot) -> None:
    widget = shown(qtbot, r"\frac{", " + ".join(["0.25 · 0.5"] * 40))
    assert widget.height() > 5 * widget.fontMetrics().height()


def test_a_formula_breaks_at_its_signs() -> None:
    assert pieces(r"z = a \cdot b + c - d") == ("z ", r"= a \cdot b ", "+ c ", "- d")
    assert pieces(r"x = (a + b) - \frac{c - d}{e = f}") == ("x ", "= (a + b) ", r"- \frac{c - d}{e = f}")
    assert pieces(r"\left(a + b\right) + c") == (r"\left(a + b\right) ", "+ c")
    assert pieces("(a + b) \\cdot c", inside=True) == ("(a ", "+ b) ", r"\cdot c")


def test_the_sign_of_a_number_stays_with_it() -> None:
    assert pieces(r"z = -0.5 \cdot (-0.3) - -1") == ("z ", r"= {-}0.5 \cdot ({-}0.3) ", "- {-}1")
    assert pieces("e^{-z} + 1") == ("e^{{-}z} ", "+ 1")
    assert (follows("- 1"), follows(r"\cdot c"), follows("x - 1")) == ("{}- 1", r"{}\cdot c", "x - 1")


@pytest.mark.parametrize("wrong", ["a}", "{a", r"\left(a", r"a\right)"])
def test_what_is_not_closed_is_told(wrong: str) -> None:
    with pytest.raises(Unbalanced):
        pieces(wrong)


@pytest.mark.parametrize("width", [180, 290, 460])
@pytest.mark.parametrize("terms", [2, 7, 25])
def test_the_longest_formula_stays_within_its_width(qtbot: QtBot, width: int, terms: int) -> None:
    sum_ = " + ".join([r"0.12345 \cdot 0.54321"] * terms)
    for latex in (f"z = {sum_} = 1.5", f"z = ({sum_}) = 1.5", f"z = 2 - ({sum_})"):
        widget = shown(qtbot, latex, width=width)
        assert widget.is_set
        assert not widget.bar.isVisible()
        found = fitted(latex, float(width), 18.0)
        assert found is not None
        assert found[0].width * found[1] <= width
        assert found[1] >= 18.0 * SMALLEST


def test_a_fraction_that_is_too_wide_is_written_on_one_line(qtbot: QtBot) -> None:
    terms = " + ".join(["0.123456"] * 12)
    whole = r"= \frac{a + b}{10} \cdot \left(c - \frac{1}{2}\right)"
    assert loosened(whole) == r"= \frac{a + b}{10} \cdot (c - \frac{1}{2})", "brackets go first"
    assert loosened(loosened(whole)) == r"= (a + b) / 10 \cdot (c - 1 / 2)"
    assert loosened(r"\frac{w^{(2)}_{1}}{\sqrt{b + c}}") == r"w^{(2)}_{1} / \sqrt{b + c}"
    assert loosened(r"\frac{a}{b + c}") == "a / (b + c)"
    widget = shown(qtbot, rf"x = \frac{{{terms}}}{{10}} - 1", width=250)
    assert widget.is_set
    assert not widget.bar.isVisible()


@pytest.mark.parametrize("wrong", [r"\frac", r"\frac{a}", r"\frac{a}{b"])
def test_a_fraction_that_is_not_whole_is_told(wrong: str) -> None:
    with pytest.raises(Unbalanced):
        loosened(wrong)


def test_a_root_that_is_too_wide_is_written_with_a_bracket(qtbot: QtBot) -> None:
    terms = " + ".join(["0.00553517"] * 4)
    assert loosened(rf"= \sqrt{{{terms}}}") == rf"= \surd ({terms})"
    widget = shown(qtbot, rf"N = \sqrt{{{terms}}} = 0.196", width=250)
    assert widget.is_set
    assert not widget.bar.isVisible()


def test_bars_are_as_high_as_what_they_hold_and_their_sign_stays_with_its_number() -> None:
    """A bar that is put together of parts stood as plain text; |-0.3| had its sign as far from it as a difference."""
    assert outline(r"\left|a^{(2)}_{3}[10] - y_{3}\right|") is not None
    assert pieces(r"\left|-0.3 - 1\right|") == (r"\left|{-}0.3 - 1\right|",)
    assert loosened(r"\left(\left|a - y\right| - 1\right)") == r"(\left|a - y\right| - 1)"


def test_a_condition_stays_in_one_line() -> None:
    either = r"1 - a \;\text{ if }\; \left|a\right| > 0.3, \;\text{ else }\; a - y"
    assert pieces(either) == (
        "1 ", "- a ", r"\;\text{ if }\; \left|a\right| > 0.3, ", r"\;\text{ else }\; a ", "- y"
    )  # fmt: skip
    assert pieces(r"= 0 \quad (-0.1 \le 0) = 0") == ("= 0 ", r"\quad ({-}0.1 \le 0) ", "= 0")


def test_fractions_have_letters_of_full_size_where_there_is_room(qtbot: QtBot) -> None:
    """Their exponents could not be read from the next row of seats."""
    rule = r"a = \frac{1}{1 + e^{-z}}"
    assert displayed(rule) == rule.replace(r"\frac", r"\dfrac")
    assert displayed(r"\frac{1}{\frac{1}{2}}") == r"\dfrac{1}{\frac{1}{2}}", "one in a fraction stays small"
    tall, small = outline(displayed(rule)), outline(rule)
    assert tall is not None
    assert small is not None
    shown_tall, shown_small = (lay(rule, room + 1.0) for room in (tall.width, small.width))
    assert shown_tall is not None
    assert shown_small is not None
    assert shown_tall.height > 1.2 * (small.ascent + small.descent)
    assert shown_small.width == pytest.approx(small.width, abs=0.6)


def test_a_formula_shrinks_a_little_rather_than_a_fraction_much(qtbot: QtBot) -> None:
    rule = r"= \frac{0.27 \cdot 1.037 + 0.26 \cdot 0.874 + 0.25 \cdot 1.151}{10} = 0.0445"
    tall = outline(displayed(rule.split(" = ")[0]))
    assert tall is not None
    wide = tall.width + 1.0
    for room, part in ((wide, 1.0), (0.92 * wide, 0.9), (0.82 * wide, SMALLEST)):
        found = fitted(rule, 20.0 * room, 20.0)
        assert found is not None
        laid, letter = found
        assert letter == pytest.approx(20.0 * part)
        assert not laid.cramped
    laid, letter = fitted(rule, 20.0 * 0.75 * wide, 20.0) or (None, 0.0)
    assert laid is not None
    assert laid.cramped, "smaller still it could not be read at all"


def test_a_line_may_end_behind_a_comma(qtbot: QtBot) -> None:
    """The first line of this was left empty, and its emptiness put the others far above the panel."""
    assert pieces("f(a, -b)", inside=True) == ("f(a, ", "{-}b)")
    latex = r"{} = \max\left(-0.01, \min\left(0.01, 0.0332164131\right)\right) = 0.01"
    widget = shown(qtbot, latex, width=200)
    assert not widget.bar.isVisible()
    assert 2 * widget.fontMetrics().height() < widget.height() < 100


def test_what_cannot_break_is_scrolled(qtbot: QtBot) -> None:
    widget = shown(qtbot, "e^{" + " + ".join(["0.123456"] * 12) + "}", width=200)
    assert widget.bar.isVisible()
    before = widget.grab().toImage()
    widget.bar.setValue(widget.bar.maximum())
    assert widget.grab().toImage() != before
    widget.show_formula("x", "x")
    assert not widget.bar.isVisible()


def test_outlines_are_kept_and_bounded() -> None:
    outline.cache_clear()
    first = outline("x_1")
    assert outline("x_1") is first
    for number in range(typesetting.KEPT + 5):
        outline(str(number % 10) * 601 + str(number))  # too long to be set: only the keeping is looked at
    assert outline.cache_info().currsize == typesetting.KEPT
    outline.cache_clear()


def test_the_program_starts_without_the_typesetter() -> None:
    code = "import sys, twostroke.gui.shell.main_window; print('ziamath' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    "latex",
    ["0.125", r"{} = 0.5 \cdot ({-}0.25)", r"{}+ 1.5 \cdot 10^{-4}", r"{}\approx \left({-}12.5\right)", "{}- 3"],
)
def test_numbers_are_put_together_from_their_digits(latex: str) -> None:
    """As wide as ziamath sets them, and none of it is set again for another number."""
    composed, whole = outline(latex), typesetting._asked(latex)
    assert composed is not None
    assert whole is not None
    assert composed is not whole
    assert composed.width == pytest.approx(whole.width, abs=0.12 * len(latex) ** 0.5)
    assert composed.ascent == pytest.approx(whole.ascent, abs=0.3)
    before = typesetting._asked.cache_info().misses
    assert outline(latex.replace("5", "2")) is not None
    assert typesetting._asked.cache_info().misses <= before + 1  # the digit 2, where it was not there yet


def test_what_cannot_be_taken_apart_is_left_as_it_is() -> None:
    """Each further try put the sign of a number into one more pair of braces, and took twice as long to set."""
    number = "= \\max(0, {-}1.19)"
    assert "".join(pieces(number, inside=True)) == number
    assert pieces("{-}1.19", inside=True) == ("{-}1.19",)


def test_a_formula_without_any_room_is_set_in_few_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(latex: str) -> typesetting.Outline | None:
        asked.append(latex)
        return typesetting.outline(latex)

    monkeypatch.setattr(formula_lines, "outline", noted)
    assert formula_lines.lay("= \\max\\left(0, -1.19\\right)", 0.1) is not None
    assert len(set(asked)) < 8
    assert not any("{{" in latex for latex in asked)
