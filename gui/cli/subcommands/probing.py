"""`twostroke probe`: what units and layers do over the whole data, and what function the network is."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.session.phrases import MINUS, counted, shown
from twostroke.gui.cli.subcommands import findings, judging
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed, emit_json, printing, progress, say
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.takes import train_to
from twostroke.gui.model.numbers import number
from twostroke.gui.model.storyboard.limits import MOST_UPDATES

if TYPE_CHECKING:
    from rich.table import Table

    from twostroke.engine.border.snapshot import Evaluation
    from twostroke.engine.probes import (
        AffineMap,
        HingeProbe,
        LayerProbe,
        LinearProbe,
        PatternProbe,
        ProbeReport,
        RegionProbe,
        UnitProbe,
    )

UNITS_SHOWN = 32
"""Units of a layer, and hinges, that the tables show; --json has all of them."""

INPUTS_SHOWN, OUTPUTS_SHOWN = 6, 3
"""A linear map of more is told by its shape."""

LINE = 1_000
"""Characters in a line where the output is no terminal: a table in a file is not cut."""


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are told as such
def probe(argument: str, updates: int, as_json: bool) -> None:
    """Train the session for so many updates, then take every probe of it."""
    if not 0 <= updates <= MOST_UPDATES:
        raise BadInput(f"--updates is {shown(updates)}; expected 0 to {MOST_UPDATES:,}.")
    found = find(argument)
    told = findings.tell(found.session)
    from twostroke.engine import probes
    from twostroke.engine.run.trainer import Trainer

    trainer = Trainer(found.session, state=found.state)
    told = findings.with_remarks(told, trainer.dataset)
    updates += trainer.update  # those with which the session was saved
    try:
        with progress("Training", updates) as show:
            train_to(trainer, updates, show)
    except ExportError as error:
        raise WorkFailed(str(error)) from error
    report = probes.take(trainer.network, trainer.dataset, updates, trainer.record(), trainer.session.view.sample)
    fit = _fit(trainer.evaluate())
    answered = judging.as_object(trainer)
    if as_json:
        emit_json(as_object(report) | ({"r2": fit} if fit else {}) | {"answers": answered} | told)
    else:
        _print(report, fit, answered)


def _fit(evaluation: "Evaluation") -> dict[str, float]:
    """R² of each part, where values are predicted and differ."""
    parts = {"train": evaluation.train, "test": evaluation.test}
    return {name: scores.r2 for name, scores in parts.items() if scores is not None and scores.r2 is not None}


# -- as JSON ---------------------------------------------------------------------------------------------------------


def as_object(report: "ProbeReport") -> dict[str, Any]:
    """What `--json` prints; a probe that has no meaning for the session is null, and `missing` says why."""
    return {
        "update": report.update,
        "samples": report.units.samples,
        "layers": [
            {
                "name": layer.name,
                "active": layer.active,
                "gradient": layer.gradient,
                "batch_gradient": layer.batch_gradient,
                "update_ratio": layer.update_ratio,
                "gain_product": layer.gain_product,
                "jacobian": layer.jacobian,
                "effective_rank": layer.effective_rank,
                "units": {
                    "firing": units.firing.tolist(),
                    "dead": units.dead.tolist(),
                    "cut": units.cut.tolist(),
                    "saturated": units.saturated.tolist(),
                    "mean_size": units.mean_size.tolist(),
                },
            }
            for layer, units in zip(report.layers.layers, report.units.layers, strict=True)
        ],
        "linear": None if report.linear is None else _map_object(report.linear),
        "pattern": None
        if report.pattern is None
        else _map_object(report.pattern) | {"row": report.pattern.row, "samples": report.pattern.samples},
        "regions": None if report.regions is None else _regions_object(report.regions),
        "hinges": None if report.hinges is None else _hinges_object(report.hinges),
        "missing": report.missing,
    }


def _map_object(found: "LinearProbe | PatternProbe") -> dict[str, Any]:
    return {
        "weight": found.map.weight.tolist(),
        "bias": found.map.bias.tolist(),
        "difference": found.difference,
        "largest": found.largest,
    }


def _regions_object(found: "RegionProbe") -> dict[str, Any]:
    return {"count": found.count, "resolution": found.region.shape[0], "low": found.low, "high": found.high}


def _hinges_object(found: "HingeProbe") -> dict[str, Any]:
    return {
        "feature": found.feature,
        "low": found.low,
        "high": found.high,
        "x": found.hinges.x.tolist(),
        "slope_left": found.hinges.left.tolist(),
        "slope_right": found.hinges.right.tolist(),
        "jump": found.hinges.jump.tolist(),
    }


# -- in words --------------------------------------------------------------------------------------------------------


def _print(report: "ProbeReport", fit: dict[str, float], answered: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LINE)
    say(f"update {report.update:,}, {counted(report.units.samples, 'sample')} of the training part")
    if fit:
        say("R²: " + ", ".join(f"{name} {value:.4f}" for name, value in fit.items()))
    say("")
    with printing():
        console.print(_layer_table(report.layers))
        console.print()
        console.print(_unit_table(report.units))
        if report.hinges is not None and report.hinges.hinges.x.size:
            console.print()
            console.print(_hinge_table(report.hinges))
        if any(part["classes"] for part in answered.values()):
            console.print()
            console.print(_class_table(answered))
    say("\n" + "\n".join((*sentences(report), *judging.sentences(answered))))


def _table(first: str, *titles: str) -> "Table":
    from rich.table import Table

    table = Table(first, box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right")
    return table


def _layer_table(probe: "LayerProbe") -> "Table":
    table = _table(
        "layer", "fires", "‖dL/dW‖", "of next batch", "‖ΔW‖/‖W‖", "gains to here", "‖dz out/dz‖", "effective rank"
    )
    for layer in probe.layers:
        table.add_row(
            layer.name,
            f"{layer.active:.1%}",
            number(layer.gradient),
            _or_dash(layer.batch_gradient),
            _or_dash(layer.update_ratio),
            number(layer.gain_product),
            number(layer.jacobian),
            number(layer.effective_rank),
        )
    return table


def _or_dash(value: float | None) -> str:
    return "–" if value is None else number(value)


def _unit_table(probe: "UnitProbe") -> "Table":
    table = _table("unit", "fires", "gate shut", "mean |a|", "")
    for layer in probe.layers:
        for unit in range(min(layer.firing.size, UNITS_SHOWN)):
            shut = layer.saturated[unit]
            table.add_row(
                f"{layer.name}, {unit + 1}",
                f"{layer.firing[unit]:.1%}",
                "no mask" if np.isnan(shut) else f"{shut:.1%}",
                number(float(layer.mean_size[unit])),
                "cut" if layer.cut[unit] else "dead" if layer.dead[unit] else "",
            )
        left = layer.firing.size - UNITS_SHOWN
        if left > 0:
            table.add_row(f"{layer.name}: {left:,} more", "", "", "", "")
    return table


def _hinge_table(probe: "HingeProbe") -> "Table":
    found = probe.hinges
    table = _table("hinge at", "slope left", "slope right", "jump")
    for i in range(min(found.x.size, UNITS_SHOWN)):
        table.add_row(
            number(float(found.x[i]), 4), *(_several(part[i]) for part in (found.left, found.right, found.jump))
        )
    if found.x.size > UNITS_SHOWN:
        table.add_row(f"{found.x.size - UNITS_SHOWN:,} more", "", "", "")
    return table


def _class_table(answered: dict[str, Any]) -> "Table":
    table = _table("class", "samples", "precision", "recall", "F1")
    for row in judging.rows(answered):
        table.add_row(*row)
    return table


def _several(values: Sequence[float]) -> str:
    return "  ".join(number(float(value)) for value in values)


def sentences(report: "ProbeReport") -> Iterator[str]:
    """What function the network is, a line each."""
    if report.linear is not None:
        yield f"One linear map: {_formula(report.linear.map)}{_apart(report.linear)}"
    elif report.pattern is not None:  # otherwise it is that one map
        pattern = report.pattern
        yield (
            f"Around sample {pattern.row}, and for {counted(pattern.samples, 'sample')} of its activation pattern: "
            f"{_formula(pattern.map)}{_apart(pattern)}"
        )
    if report.regions is not None:
        side = report.regions.region.shape[0]
        yield f"{counted(report.regions.count, 'linear region')} seen on a grid of {side} × {side} points"
    if report.hinges is not None:
        found = report.hinges
        ends = f"{found.feature} = {number(found.low)} and {number(found.high)}"
        yield f"{counted(found.hinges.x.size, 'hinge')} between {ends}"
    for name, reason in report.missing.items():
        yield f"{MISSING[name]}: {reason}"


MISSING = {
    "linear": "No single linear map",
    "pattern": "No linear map of a pattern",
    "regions": "No linear regions",
    "hinges": "No hinges",
}


def _formula(found: "AffineMap") -> str:
    """The map written out where it is small: z = 0.5 x₁ − 2 x₂ + 1."""
    outputs, inputs = found.weight.shape
    if outputs > OUTPUTS_SHOWN or inputs > INPUTS_SHOWN:
        return f"a matrix of {outputs:,} × {inputs:,}"
    names = [f"x{str(i + 1).translate(SUBSCRIPT)}" if inputs > 1 else "x" for i in range(inputs)]
    rows = []
    for row, constant in zip(found.weight, found.bias, strict=True):
        terms = [_term(float(weight), name) for weight, name in zip(row, names, strict=True)]
        text = "".join([*terms, _term(float(constant), "")])
        rows.append("z = " + (text[3:] if text.startswith(" + ") else MINUS + text[3:]))
    return "; ".join(rows)


SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _term(value: float, name: str) -> str:
    sign = f" {MINUS} " if value < 0 else " + "
    return f"{sign}{number(abs(value))} {name}".rstrip()


def _apart(found: "LinearProbe | PatternProbe") -> str:
    return f" (z of the network differs by {number(found.difference)} at most, |z| reaches {number(found.largest)})"
