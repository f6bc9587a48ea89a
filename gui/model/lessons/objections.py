"""What cannot be done while a lesson is recorded, as no act says it, and what to do instead."""

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Snapshot

RECORD = "Record a lesson"
"""How the undo menu calls the beginning of a recording."""

SENTENCES: dict[type, str] = {
    c.Open: "Another session would end what is recorded. Stop the recording first.",
    c.SwitchBranch: "A lesson has no act for another branch. Go back to where it leaves this one, and change it again.",
    c.Adopt: "A lesson has no act for making another network the main one. Make its difference here by hand.",
    c.Graft: "A lesson has no act for a branch of another network. Make its difference here by hand.",
    c.TryTestRow: "A lesson has no act for a sample of the test part. Type its values as an input of your own.",
}
BEGINNING = "This is where the recording begins; stop it to go back further."
WITH_TARGET = "A lesson tries an input without a target. Leave the target empty."


def objection(command: c.Command, snapshot: Snapshot) -> str:
    """Why not, and what instead; "" where nothing is to be said against it."""
    if isinstance(command, c.Undo) and snapshot.undo_label == RECORD:
        return BEGINNING
    if isinstance(command, c.TryInput) and command.target is not None:
        return WITH_TARGET
    return SENTENCES.get(type(command), "")
