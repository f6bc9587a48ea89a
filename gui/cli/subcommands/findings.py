"""What was found in one's own table, said by every command that computes with it, as the data panel shows it."""

from typing import Any

from twostroke.engine.session.spec import Session
from twostroke.gui.cli.subcommands.speech import note


def tell(session: Session) -> dict[str, Any]:
    """Say on stderr what was found in the session's table; returns it as `--json` carries it. Of other data nothing."""
    report = session.data.report
    if report is None:
        return {}
    for sentence in report.sentences:
        note(sentence)
    return {"data": {"report": list(report.sentences)}}
