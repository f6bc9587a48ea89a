"""What was found in one's own table, said by every command that computes with it, as the data panel shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twostroke.engine.session.spec import Session
from twostroke.gui.cli.subcommands.speech import note

if TYPE_CHECKING:
    from twostroke.engine.data import Dataset


def tell(session: Session) -> dict[str, Any]:
    """Say on stderr what was found in the session's table; returns it as `--json` carries it. Of other data nothing."""
    report = session.data.report
    if report is None:
        return {}
    for sentence in report.sentences:
        note(sentence)
    return {"data": {"report": list(report.sentences)}}


def with_remarks(told: dict[str, Any], dataset: "Dataset") -> dict[str, Any]:
    """Say on stderr what has become of the data on their way to the network; returns what was `told` with it."""
    return with_sentences(told, dataset.remarks)


def with_sentences(told: dict[str, Any], remarks: Sequence[str]) -> dict[str, Any]:
    """The same of remarks that are known already."""
    for sentence in remarks:
        note(sentence)
    if not remarks:
        return told
    report = told.get("data", {}).get("report", [])
    return {"data": {"report": [*report, *remarks]}}
