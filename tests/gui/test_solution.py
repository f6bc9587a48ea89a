"""Worked solutions: every line follows from those above it, says what the program computed, and is right on paper."""

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.test_worked_example import SESSION as BOOK
from tests.gui.explained import laid
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.spec import Session
from twostroke.gui.export.render import ensure_font
from twostroke.gui.export.solution import sheet_pdf
from twostroke.gui.export.solution.sheets import save, solve
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Kind
from twostroke.gui.model.solution import html, latex
from twostroke.gui.model.solution.chosen import MOST_LAYERS, MOST_LINKS
from twostroke.gui.model.solution.latin import latin
from twostroke.gui.model.solution.origin import origin_of
from twostroke.gui.model.solution.solution import solution_of, to_measure
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.solution.written import Document, Headway, Line, Section, Text, Values
from twostroke.gui.model.view import ViewState

ORGANS = {
    "data": {"name": "circle", "samples": 60},
    "network": {
        "layers": [
            {"units": 3, "activation": "prelu", "normalizer": "batch"},
            {"units": 3, "activation": "gelu", "dropout": 0.3},
            {"units": 3, "activation": "tanh", "skip": 1, "normalizer": "layer"},
        ]
    },
    "training": {
        "optimizer": {"name": "adamw"},
        "clip": {"name": "norm", "limit": 0.1},
        "l2": 0.01,
        "batch_size": 4,
        "schedule": {"name": "cosine", "updates": 50},
    },
}


def solved(session: dict[str, object], updates: int = 0, row: int = 0, **wishes: object) -> Document:
    return solution_of(laid(Session.model_validate(session), updates, row), {}, Wishes(**wishes))  # type: ignore[arg-type]


def given_before(view: ViewState, document: Document) -> dict[Line, list[Kind]]:
    """For each line the operands that stand on a line below it."""
    places = {line.of: number for number, line in enumerate(document.lines)}
    late = {}
    for number, line in enumerate(document.lines):
        operands = [each.quantity for each in explain(view, line.of, 4).operands if each.quantity is not None]
        late[line] = [each.kind for each in operands if places.get(each, -1) >= number]
    return late


@pytest.mark.parametrize(("session", "updates"), [(BOOK, 0), (ORGANS, 3)])
def test_every_line_follows_from_those_above_it(session: dict[str, object], updates: int) -> None:
    view = laid(Session.model_validate(session), updates)
    late = given_before(view, solution_of(view, {}, Wishes()))
    assert len(late) > 40
    assert {line.title: kinds for line, kinds in late.items() if kinds} == {}


TANH = {"units": 3, "activation": "tanh"}
VALUES = {"name": "parabola"}
CIRCLE = {"name": "circle", "samples": 60}
MANY = {"name": "rows", "x": [[n, n % 3] for n in range(6)], "y": [[n * k % 7 for k in range(4)] for n in range(6)]}
ONE = {"name": "rows", "x": [[1.0]], "y": [2.0]}
ALL_PENALTIES = {"l1": 0.01, "l2": 0.02, "clip": {"name": "value", "limit": 0.01}, "class_weights": "balanced"}
FROZEN = ["l1.weight", "l2.bias", "l3.weight[0,1]"]


def odd_sessions() -> Iterator[tuple[str, dict[str, object]]]:
    """One for each activation, loss, optimizer, and for what networks seldom have."""
    for name in CATALOGUE:
        if name != "softmax":
            layer = {"units": 2, "activation": name}
            yield name, {"data": CIRCLE, "network": {"layers": [layer, layer]}, "training": {"batch_size": 3}}
    for data, losses in (
        (VALUES, ("mse", "half_squared_error", "mae", "huber")),
        (CIRCLE, ("binary_cross_entropy", "hinge")),
        ({"name": "iris"}, ("cross_entropy", "hinge", "mse")),
    ):
        for loss in losses:
            training = {"loss": loss, "batch_size": 2}
            yield loss, {"data": data, "network": {"layers": [{"units": 2}]}, "training": training}
    for optimizer in ("sgd", "rmsprop", "adagrad", "adam", "adamw", {"name": "sgd", "momentum": 0.9, "nesterov": True}):
        layer = {"units": 2, "activation": "swish_beta", "l1": 0.1}
        training = {**ALL_PENALTIES, "optimizer": optimizer, "batch_size": 2}
        yield str(optimizer), {"data": CIRCLE, "network": {"layers": [layer]}, "training": training}
    two = {"layers": [TANH, TANH]}
    for gates in (
        {"forward": False},
        {"backward": False},
        {"forward": False, "backward": False},
        {"off": ["l1.unit[2].backward", "l2.unit[0].forward"]},
    ):
        yield str(gates), {"data": CIRCLE, "network": two, "gates": gates}
    yield "frozen", {"data": CIRCLE, "network": {**two, "frozen": FROZEN}}
    yield "cut", {"data": CIRCLE, "network": {**two, "cut": ["l1.unit[1]", "l2.weight[0,0]"]}}
    yield "no hidden layer", {"data": CIRCLE, "network": {"layers": []}}
    yield "one sample", {"data": ONE, "network": {"layers": [{"units": 1}]}, "training": {"batch_size": 1}}
    yield "many outputs", {"data": MANY, "network": {"layers": [TANH]}, "training": {"batch_size": 2}}
    skips = [TANH, {**TANH, "skip": 0}, {**TANH, "skip": 1}]
    yield "skip paths", {"data": CIRCLE, "network": {"layers": skips, "output": {"skip": 1}}}
    gate = ["relu", "prelu", {"name": "step", "surrogate": "sigmoid"}]
    yield "a gate each", {"data": CIRCLE, "network": {"layers": [{"units": 3, "activation": gate, "norm": "layer"}]}}
    yield "all zero", {"data": CIRCLE, "network": {"layers": [{"units": 2}], "init": "zeros"}}


@pytest.mark.parametrize("session", [pytest.param(session, id=name) for name, session in odd_sessions()])
def test_every_line_follows_whatever_the_network_has(session: dict[str, object]) -> None:
    view = laid(Session.model_validate(session), 2)
    late = given_before(view, solution_of(view, {}, Wishes()))
    assert any(line.of.kind is Kind.LOSS for line in late)
    assert {line.title: kinds for line, kinds in late.items() if kinds} == {}


@pytest.mark.parametrize("sheet", [False, True])
def test_a_solution_says_of_which_session_it_is(qapp: object, sheet: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    document = solved(ORGANS, updates=3, sheet=sheet)
    assert document.about.startswith("Update 3, ")
    assert document.origin == (
        "Network 2–3–3–3–1, PReLU, GELU, tanh, output sigmoid · weight seed 1 · data: Circle, data seed 7"
    )
    assert document.origin in html.page(document)
    assert latin(document.origin) in latex.source(document)
    ensure_font()
    written, words = list[str](), sheet_pdf._words
    monkeypatch.setattr(sheet_pdf, "_words", lambda text, *a, **k: (written.append(text), words(text, *a, **k))[1])
    pieces = sheet_pdf._pieces(document, None, Headway(document, lambda share: None))
    assert all(next(pieces).height > 0 for _ in range(3))
    assert written == [document.title, document.about, document.origin]


def test_the_session_of_a_solution_has_its_files(tmp_path: Path) -> None:
    (tmp_path / "heights & weights.csv").write_text("x,y\n" + "\n".join(f"{n},{n * n}" for n in range(12)))
    data = {"name": "table", "path": str(tmp_path / "heights & weights.csv"), "seed": 3}
    session = Session.model_validate({
        "data": data, "network": {"layers": [], "seed": 5}, "weights": {"file": "a.safetensors", "sha256": 64 * "0"}
    })  # fmt: skip
    assert origin_of(session) == (
        "Network 1–1, output identity · weights of a.safetensors, weight seed 5 · "
        "data: heights & weights.csv, data seed 3"
    )


def test_the_book_s_numbers_come_out() -> None:
    values = {line.symbol: line.value for line in solved(BOOK, digits=8).lines}
    assert values[r"a^{(2)}_{1}"] == "0.75136507"
    assert values[r"\frac{\partial L}{\partial w^{(2)}_{11}}"] == "0.082167041"
    assert float(values[r"w^{(1)\prime}_{22}"]) == pytest.approx(0.29950229, abs=5e-9)


def test_every_parameter_has_its_gradient_its_chain_and_its_new_value() -> None:
    lines = list(solved(BOOK).lines)
    gradients = [line for line in lines if line.of.kind is Kind.SAMPLE_GRADIENT]
    assert len(gradients) == 12  # eight weights, four biases, of which none moves
    assert all(r"\cdot \frac{\partial z" in line.rule for line in gradients)
    assert sum(line.of.kind is Kind.NEXT for line in lines) == 12
    assert not any(r"\bar{L}" in line.rule for line in lines)  # of one sample the mean is its own


def test_of_a_large_network_the_neurons_that_learn_most_are_worked_out_and_that_is_said() -> None:
    session = {"network": {"layers": [{"units": 20}, {"units": 20}]}}
    document = solved(session, updates=5)
    layers = {(line.of.layer, line.of.unit) for line in document.lines if line.of.kind is Kind.Z}
    assert sorted(layer for layer, _ in layers) == [1, 2, 3]
    weights = [line for line in document.lines if line.of.kind is Kind.NEXT and line.of.layer == 2]
    assert len(weights) == MOST_LINKS + 1  # and the bias
    said = " ".join(block.text for section in document.sections for block in section.blocks if isinstance(block, Text))
    assert f"the {MOST_LINKS} weights with the largest gradients" in said


def test_of_a_deep_network_some_layers_are_worked_out_from_the_first_to_the_last() -> None:
    layers = [{"units": 5}] * 29
    document = solved({"network": {"layers": layers}})
    worked = sorted({line.of.layer for line in document.lines if line.of.kind is Kind.Z})
    assert len(worked) == MOST_LAYERS
    assert (worked[0], worked[-1]) == (1, len(layers) + 1)
    assert {after - before for before, after in itertools.pairwise(worked)} == {4, 5}
    said = " ".join(block.text for block in document.sections[0].blocks if isinstance(block, Text))
    assert "2 inputs; hidden 1 to 29 with 5 neurons each, ReLU; output with 1 neuron, sigmoid." in said


def test_neurons_that_are_named_are_worked_out() -> None:
    session = {"network": {"layers": [{"units": 20}, {"units": 20}]}}
    document = solved(session, neurons=((1, 7), (3, 0)))
    for kind in (Kind.Z, Kind.A):  # the activation, too, for which no weight of the other one asks
        assert {(line.of.layer, line.of.unit) for line in document.lines if line.of.kind is kind} == {(1, 7), (3, 0)}
    headings = [b.heading for section in document.sections for b in section.blocks if isinstance(b, Values)]
    assert "Hidden 1 · 8" in headings


def test_every_parameter_is_proved() -> None:
    layer = {"units": 2, "activation": "prelu", "normalizer": "batch"}
    view = laid(Session.model_validate({"network": {"layers": [layer]}}), 2)
    wanted = to_measure(view, Wishes())
    weights, biases, slopes, scales, output = 4, 2, 2, 2 * 2, 3
    assert len(wanted) == len(set(wanted)) == weights + biases + slopes + scales + output


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def told_by(document: Document) -> Iterator[tuple[Line, dict[str, str]]]:
    """Each line of a sheet with all numbers that stand above it, or beside it, by their symbols."""
    known: dict[str, str] = {}
    for section in document.sections:
        for block in section.blocks:
            pairs = block.pairs if isinstance(block, Values) else block.given if isinstance(block, Line) else ()
            known |= {symbol: value for symbol, _, value in (pair.partition(" = ") for pair in pairs)}
            if isinstance(block, Line):
                yield block, dict(known)
                known |= {block.symbol: block.value}


def missing(view: ViewState, document: Document) -> dict[str, list[str]]:
    """What a line needs and finds nowhere; of a sum of many, part of which is given as a whole, not looked for."""
    found = {}
    for line, known in told_by(document):
        if any("all other terms" in pair for pair in line.given):
            continue
        needed = explain(view, line.of, 4).operands
        symbols = [each.symbol if view.tape.samples > 1 else each.symbol.replace(r"\bar{L}", "L") for each in needed]  # type: ignore[union-attr]
        plain = {each.symbol for each in needed if each.quantity is None and each.symbol in ("0", "1", r"\pi")}
        found[line.title] = [symbol for symbol in symbols if symbol not in known and symbol not in plain]
    return {title: symbols for title, symbols in found.items() if symbols}


@pytest.mark.parametrize(
    ("session", "updates"), [(BOOK, 0), (ORGANS, 3), ({"training": {"optimizer": {"name": "adam"}}}, 3)]
)
def test_a_sheet_gives_all_that_a_line_needs(session: dict[str, object], updates: int) -> None:
    view = laid(Session.model_validate(session), updates)
    assert missing(view, solution_of(view, {}, Wishes(sheet=True))) == {}


def number(latex: str) -> float:
    return float(latex.split(r"\text")[0].replace(r" \cdot 10^{", "e").replace("}", ""))


def test_what_a_sheet_gives_of_a_sum_makes_it_come_out() -> None:
    session = {"network": {"layers": [{"units": 8}, {"units": 8}]}, "training": {"batch_size": 10}}
    document = solved(session, updates=5, sheet=True)
    others = r"\text{all other terms together}"
    lines = {line.of.kind: (line, known) for line, known in told_by(document) if line.of.layer == 2}
    line, known = lines[Kind.Z]
    weights = [name for name in known if name.startswith(f"w^{{(2)}}_{{{line.of.unit + 1}")]
    products = [number(known[w]) * number(known[f"a^{{(1)}}_{{{w[-2]}}}"]) for w in weights]
    total = sum(products) + number(known[others]) + number(known[f"b^{{(2)}}_{{{line.of.unit + 1}}}"])
    assert len(products) >= MOST_LINKS
    assert total == pytest.approx(number(line.value), rel=1e-3)
    line, known = lines[Kind.GRADIENT]  # the last: of the bias
    own = number(known[line.symbol.replace(r"\bar{L}", "L")])
    assert (own + number(known[others])) / 10 == pytest.approx(number(line.value), rel=1e-3)


def test_a_sum_is_never_given_as_a_whole() -> None:
    """Nothing that a neuron is worked out from needs to be among what else is: then some of its terms are told."""
    session = {"network": {"layers": [{"units": 20}, {"units": 20}]}}
    document = solved(session, updates=5, neurons=((2, 3),), sheet=True)
    line = next(line for line in document.lines if line.of.kind is Kind.Z)
    assert len(line.given) > 2
    assert not any("all other terms" in pair for pair in line.given[:-1])


def test_what_is_left_of_a_sum_is_told_by_its_name_where_it_is_one_term() -> None:
    """It could be looked up then: of two samples the loss of the other one."""
    document = solved({"data": CIRCLE, "network": {"layers": [TANH]}, "training": {"batch_size": 2}}, sheet=True)
    mean = next(line for line in document.lines if line.of.kind is Kind.LOSS and line.of.row is None)
    (given,) = mean.given
    assert given.startswith("L[2] = ")


def test_two_numbers_of_one_letter_are_given_where_they_are_needed() -> None:
    document = solved(ORGANS, updates=3, sheet=True)
    given = {line.of.kind: line.given for line in document.lines}
    assert r"\epsilon = 10^{-5}" in given[Kind.NORMALIZED]
    assert r"\epsilon = 10^{-8}" in given[Kind.NEXT]


def test_sheets_of_all_kinds_say_what_is_given() -> None:
    document = solved({"training": {"batch_size": 10}}, updates=5, sheet=True)
    assert html.page(document).count('class="given"') == latex.source(document).count("Given $") > 10


NAME = "<script>alert(1)</script> & $x_1$ \\input{/etc/passwd} 100 %"


def test_the_page_asks_for_nothing_and_takes_no_name_for_a_command() -> None:
    found = Elements()
    found.feed(html.page(solved(BOOK, name=NAME)))
    assert found.addresses == []
    assert "script" not in found.tags
    assert NAME in found.text
    assert found.tags.count("math") > 100


def test_the_sheet_tells_no_answer_before_its_key() -> None:
    document = solved(BOOK, sheet=True)
    for text, key in ((html.page(document), "<h2>Key</h2>"), (latex.source(document), r"\section*{Key}")):
        before, behind = text.split(key)
        assert "0.7514" not in before
        assert "0.7514" in behind


def test_latex_is_balanced_and_takes_no_name_for_a_command() -> None:
    source = latex.source(solved(BOOK, name=NAME))
    bare = re.sub(r"\\[{}\\]", "", source)
    assert bare.count("{") == bare.count("}")
    assert source.count(r"\left(") == source.count(r"\right)")
    assert r"\input{" not in source
    assert r"\textbackslash{}input\{" in source
    assert source.isascii()


WIDE = {name: session for name, session in odd_sessions() if name in ("adamw", "frozen", "skip paths", "a gate each")}


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdfLaTeX")
@pytest.mark.parametrize(
    "session",
    [
        pytest.param(ORGANS, id="organs"),
        pytest.param({"data": CIRCLE, "network": {"layers": [TANH, TANH]}, "gates": {"backward": False}}, id="off"),
        *(pytest.param(session, id=name) for name, session in WIDE.items()),
    ],
)
def test_no_formula_of_latex_stands_in_the_margin(session: dict[str, object], tmp_path: Path) -> None:
    """Numbers of eight digits make fractions that are half as wide again as a page."""
    for sheet in (False, True):
        source = latex.source(solved(session, updates=7, sheet=sheet))
        (tmp_path / "solution.tex").write_text(source)
        done = subprocess.run(
            ["pdflatex", "-interaction=batchmode", "-halt-on-error", "solution.tex"],
            cwd=tmp_path,
            check=False,
            timeout=120,
        )
        log = (tmp_path / "solution.log").read_text("utf-8", "replace")
        assert done.returncode == 0, log[-500:]
        assert re.findall(r"Overfull \\hbox \(.*", log) == []


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdfLaTeX")
def test_the_proof_of_a_deep_network_goes_on_on_the_next_page(tmp_path: Path) -> None:
    session = Session.model_validate({"data": CIRCLE, "network": {"layers": [{"units": 8}] * 6}})
    save(tmp_path / "proof.tex", solve(session, 2, 0, Wishes()), Wishes())
    run = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "proof.tex"]
    assert subprocess.run(run, cwd=tmp_path, check=False, timeout=120).returncode == 0
    assert re.findall(r"Overfull .*", (tmp_path / "proof.log").read_text("utf-8", "replace")) == []


def test_what_may_be_too_wide_for_latex_stands_there_as_it_is_and_as_it_can_be_broken() -> None:
    terms = " + ".join(r"0.123456 \cdot 0.654321" for _ in range(5))
    fraction = rf"\frac{{{terms}}}{{10}}"
    (line,) = [line for line in solved(BOOK).lines if line.of.kind is Kind.LOSS]
    section = Section("", (replace(line, numbers=f"{fraction} = 0.5"),))
    source = latex.source(replace(solved(BOOK), sections=(section,)))
    loose = terms.replace(r"\cdot", r"\allowbreak \cdot").replace("+", r"\allowbreak +")
    assert rf"\fitting{{= {fraction} }}{{= ({loose}) \allowbreak / 10 }}" in source
    section = Section("", (replace(line, numbers=r"\frac{1}{2} = 0.5"),))
    assert r"\fitting{=" not in latex.source(replace(solved(BOOK), sections=(section,)))


def test_a_sheet_and_a_solution_differ_in_what_is_left_blank_only() -> None:
    view = laid(Session.model_validate(BOOK))
    sheet, whole = (solution_of(view, {}, Wishes(sheet=on)) for on in (True, False))
    assert list(sheet.lines) == list(whole.lines)
    assert replace(sheet, sheet=False, title=whole.title) == replace(whole, sections=sheet.sections)


def seen(markup: str) -> str:
    return re.sub(r"<[^>]*>", "", markup)


def test_a_formula_of_a_page_goes_on_in_the_next_line_and_loses_nothing_by_it() -> None:
    formula = r"= -2.5 \cdot \left(-0.3\right) + \frac{1 + 2}{3} - 4 = -1.25"
    first, *others = html.in_pieces(formula).split("<wbr>")
    plus, minus, equals = "&#x0002B;", "&#x02212;", "&#x0003D;"
    assert [seen(each).split(";")[0] + ";" for each in others] == [plus, minus, equals]
    assert seen("".join([first, *others])) == seen(html.math(formula))
    assert all(each.startswith("<math") and each.endswith("</math>") for each in (first, *others))
    assert '<mo form="infix">&#x02212;</mo><mn>4</mn>' in others[1]  # taken away
    assert '<mo form="prefix">&#x02212;</mo><mn>1.25</mn>' in others[2]  # a negative number


def test_no_long_line_of_a_page_is_without_a_place_to_break() -> None:
    session = {"network": {"layers": [{"units": 20}, {"units": 20}]}}
    document = solved(session, updates=5)
    long = [line for line in document.lines if len(line.numbers) > 60 and r"\frac" not in line.numbers]
    assert long
    assert all("<wbr>" in html.in_pieces(line.numbers) for line in long)


def test_a_formula_of_the_source_breaks_before_its_signs_alone() -> None:
    """TeX broke behind the first "=", which was left alone on its line."""
    session = {"network": {"layers": [{"units": 20}, {"units": 20}]}}
    document = solved(session, updates=5)
    source = latex.source(document)
    written = next(each for each in source.splitlines() if r"more terms)}" in each)
    first, *others = written.removeprefix(r"\formula{-1em}{").split(r" \allowbreak ")
    assert len(others) >= 4
    assert all(each.lstrip()[0] in "=+-" for each in (first, *others))
    assert all(each.count("=") == 0 for each in others[:-1])
    assert all(rf"\{name}penalty=10000" in source for name in ("rel", "binop"))
