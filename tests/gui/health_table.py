"""Writes docs/health.md: what a diagnosis says of sessions that are healthy, and of ill ones before and after a remedy.

`make health` runs it. `tests/gui/test_remedies.py` holds the same sessions to it.
"""

import sys
from pathlib import Path

from tests.engine.health_sessions import HEALTHY, ILL, Patient, examined, followed
from twostroke.engine.border.health import Finding
from twostroke.engine.health.words import figure
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.model.remedies import Remedy, remedies

WHERE = Path(__file__).parents[2] / "docs" / "health.md"

HEAD = """# Health

Written by `make health`. A diagnosis looks at the whole training part, and says what it measured. A measure of the
same kind is told beside its limit; *healthy from* counts the updates after the first remedy until it was back within
it, and for all that came after.

## Ill in a known way

| session | updates | found | measured | limit | first remedy | measured then | healthy from | asked for |
|---|---:|---|---:|---:|---|---:|---:|---:|
"""

FURTHER = """
## What else is offered

The other remedies of each, one at a time, on the network as it was found.

| session | remedy | measured | limit | measured then | healthy from |
|---|---|---:|---|---:|---:|
"""

MIDDLE = """
## Healthy

Of these nothing is said, at {examinations} examinations from the first update to the last.

| session | updates | training loss | findings |
|---|---:|---:|---:|
"""


def treated(trainer: Trainer, patient: Patient, finding: Finding, remedy: Remedy) -> tuple[str, str]:
    """What is measured after that remedy, and the updates from which on it was healthy."""
    trainer.apply(remedy.command)
    since, then = None, None
    for done, now in followed(trainer, patient, finding.key):
        if now is None or now.beyond or trainer.failure is not None:
            since = None
        elif since is None:
            since = done
        then = now or then
    assert then is not None, f"{patient.name}: the figure is no longer taken"
    return figure(then.figure), "not" if since is None else f"{since:,}"


def ill_rows(patient: Patient) -> tuple[str, list[str]]:
    """One session with its illness, and with its first remedy; with each of the others."""
    trainer, examinations = examined(patient)
    finding = next(one for one in examinations[-1].findings if one.measure.illness == patient.illness)
    first, *others = remedies(trainer.session, finding)
    measure = finding.measure
    found, limit = figure(measure.figure), f"{'below' if measure.below else 'above'} {figure(measure.limit)}"
    treatment = treated(trainer, patient, finding, first)
    updates = f"{patient.updates:,}", f"{patient.after:,}"
    row = _row(patient.name, updates[0], finding.title, found, limit, first.label, *treatment, updates[1])
    further = [
        _row(patient.name, other.label, found, limit, *treated(examined(patient)[0], patient, finding, other))
        for other in others
    ]
    return row, further


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def healthy_row(patient: Patient) -> str:
    """One session of which nothing is to be said."""
    trainer, examinations = examined(patient)
    said = sum(len(found.findings) for found in examinations)
    assert trainer.evaluation is not None
    return f"| {patient.name} | {patient.updates:,} | {figure(trainer.evaluation.train.loss)} | {said} |"


def main() -> int:
    """Write the table; 1 where an illness is not named."""
    rows = [ill_rows(patient) for patient in ILL]
    ill, further = [row for row, _ in rows], [row for _, others in rows for row in others]
    healthy = [healthy_row(patient) for patient in HEALTHY]
    parts = (HEAD, ill), (FURTHER, further), (MIDDLE.format(examinations=21), healthy)
    text = "".join(head + "\n".join(listed) + "\n" for head, listed in parts)
    WHERE.write_text(text, "utf-8")
    print(f"{len(ill)} ill, {len(healthy)} healthy sessions: docs/{WHERE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
