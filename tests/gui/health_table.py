"""Writes docs/health.md: what a diagnosis says of sessions that are healthy, and of ill ones before and after a remedy.

`make health` runs it. `tests/gui/test_remedies.py` holds the same sessions to it.
"""

import sys
from pathlib import Path

from tests.engine.health_sessions import HEALTHY, ILL, Patient, examined, followed
from twostroke.engine.health.words import figure
from twostroke.gui.model.remedies import remedies

WHERE = Path(__file__).parents[2] / "docs" / "health.md"

HEAD = """# Health

Written by `make health`. A diagnosis looks at the whole training part, and says what it measured. A measure of the
same kind is told beside its limit; *healthy from* counts the updates after the first remedy until it was back within
it, and for all that came after.

## Ill in a known way

| session | updates | found | measured | limit | first remedy | measured then | healthy from | asked for |
|---|---:|---|---:|---:|---|---:|---:|---:|
"""

MIDDLE = """
## Healthy

Of these nothing is said, at {examinations} examinations from the first update to the last.

| session | updates | training loss | findings |
|---|---:|---:|---:|
"""


def ill_row(patient: Patient) -> str:
    """One session with its illness, and with its first remedy."""
    trainer, examinations = examined(patient)
    finding = next(one for one in examinations[-1].findings if one.measure.illness == patient.illness)
    remedy = remedies(trainer.session, finding)[0]
    trainer.apply(remedy.command)
    since, then = None, None
    for done, now in followed(trainer, patient, finding.key):
        if now is None or now.beyond or trainer.failure is not None:
            since = None
        elif since is None:
            since = done
        then = now or then
    measure = finding.measure
    assert then is not None, f"{patient.name}: the figure is no longer taken"
    cells = (
        patient.name,
        f"{patient.updates:,}",
        finding.title,
        figure(measure.figure),
        f"{'below' if measure.below else 'above'} {figure(measure.limit)}",
        remedy.label,
        figure(then.figure),
        "not" if since is None else f"{since:,}",
        f"{patient.after:,}",
    )
    return f"| {' | '.join(cells)} |"


def healthy_row(patient: Patient) -> str:
    """One session of which nothing is to be said."""
    trainer, examinations = examined(patient)
    said = sum(len(found.findings) for found in examinations)
    assert trainer.evaluation is not None
    return f"| {patient.name} | {patient.updates:,} | {figure(trainer.evaluation.train.loss)} | {said} |"


def main() -> int:
    """Write the table; 1 where an illness is not named."""
    ill = [ill_row(patient) for patient in ILL]
    healthy = [healthy_row(patient) for patient in HEALTHY]
    text = HEAD + "\n".join(ill) + "\n" + MIDDLE.format(examinations=21) + "\n".join(healthy) + "\n"
    WHERE.write_text(text, "utf-8")
    print(f"{len(ill)} ill, {len(healthy)} healthy sessions: docs/{WHERE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
