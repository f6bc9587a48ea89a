"""Options that are numbers: what else is typed there is told as any wrong value is, in one line."""

from collections.abc import Callable
from typing import Any

import typer

from twostroke.engine.session.phrases import shown
from twostroke.gui.cli.subcommands.speech import BAD, complain


def whole(name: str, help_text: str) -> Any:
    """The option of that name, whose value is a whole number."""
    return _option(name, int, "INTEGER", "a whole number", help_text)


def real(name: str, help_text: str) -> Any:
    """The option of that name, whose value is a number."""
    return _option(name, float, "NUMBER", "a number", help_text)


def _option(name: str, read: Callable[[str], float], metavar: str, expected: str, help_text: str) -> Any:
    def parse(text: str) -> float:
        try:
            return read(text)
        except ValueError:
            complain(f"{name} is {shown(text)}; expected {expected}.")
            raise typer.Exit(BAD) from None

    return typer.Option(name, parser=parse, metavar=metavar, help=help_text)
