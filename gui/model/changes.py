"""The session after changes of its settings by their paths, and what there is to tell of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from twostroke.engine.border.commands import Edited
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session
from twostroke.engine.session.switched_gates import off_fitting
from twostroke.gui.model.named_parameters import NAMING, dropped, fitted
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.words import title_of

Path = tuple[str | int, ...]
"""The way to a setting: keys, and places in lists."""


def edited(session: Session, changes: Mapping[Path, Any], label: str, *, dial: str = "", asked: str = "") -> Edited:
    """The session with `changes` made. Raises SessionError where the result is impossible.

    Data that the changes leave alone stay the very same object: they need not be looked at again. Parameters that the
    session gave or froze and that fit no longer are dropped, and the remark says so.
    """
    settings = session.model_dump(mode="json")
    if not any(path[0] == "data" for path in changes):
        settings["data"] = session.data
    for path, value in changes.items():
        _put(settings, path, value)
    return with_settings(session, settings, label, dial=dial, asked=asked)


def with_settings(session: Session, settings: dict[str, Any], label: str, *, dial: str = "", asked: str = "") -> Edited:
    """The session that `settings` describe as a file would, which came of `session`. Errors and remark as `edited`."""
    named = {key: settings["network"].pop(key) for key in NAMING if key in settings["network"]}
    off = settings["gates"].pop("off", ())
    after = parsed(settings)
    if named or off:
        settings["data"] = after.data
        settings["network"] |= fitted(after, named)
        settings["gates"]["off"] = off_fitting(off, after.widths)
        after = parsed(settings)
    told = (consequence(session, after, asked) if asked else "", dropped(session, after))
    return Edited(after, label, dial, " ".join(filter(None, told)))


def parsed(settings: Mapping[str, Any]) -> Session:
    """The session that `settings` describe. Raises SessionError: a sentence, without where it is from."""
    try:
        return parse_session(settings, "session")
    except SessionError as error:
        problem = error.problems[0]
        raise SessionError(f"{problem[0].upper()}{problem[1:].removesuffix('.')}.", error.problems) from error


def dial_of(name: str, value: Any) -> str:
    """A number is turned, as by a slider; names and switches are chosen, one by one."""
    return name if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _put(data: Any, path: Path, value: Any) -> None:
    """Set the entry at `path`; a part that is written as a name alone, or not at all, becomes an object on the way."""
    *way, last = path
    for step in way:
        if isinstance(data, dict) and not isinstance(data.get(step), dict | list):
            data[step] = {"name": data[step]} if step in data else {}
        data = data[step]
    data[last] = value


TOLD_AS = {
    "training.schedule.every": "updates between its steps",
    "training.schedule.factor": "factor of the schedule",
    "training.schedule.updates": "length of the schedule",
    "training.schedule.minimum": "minimum of the schedule",
    "training.schedule.warm_up_start": "start of the warm-up",
    "training.clip.limit": "limit of clipping",
    "training.optimizer.nesterov": "Nesterov",
}
"""Settings whose titles say enough beside their fields, but not in a menu."""


def declared_title(session: Session, steps: Sequence[str]) -> str:
    """What a setting is called amid a sentence."""
    if ".".join(steps) in TOLD_AS:
        return TOLD_AS[".".join(steps)]
    part: Any = session
    for step in steps[:-1]:
        part = getattr(part, step)
    field = type(part).model_fields.get(steps[-1])  # None where the part has no such setting, which is found later
    title = (field.title if field else None) or steps[-1].replace("_", " ")
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def told_value(value: Any, of: str = "") -> str:
    """A value as a sentence says it; `of`: the setting that it belongs to."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return title_of(value, of) if isinstance(value, str) else plain(value)


def consequence(before: Session, after: Session, asked: str) -> str:
    """What else an edit of `asked` ("data", "output", "loss", "optimizer") changed, as a sentence; "" for nothing."""
    told = []
    both = before, after
    old_output, new_output = (s.network.output.activation.name for s in both)
    if asked != "output" and old_output != new_output:
        told.append(f"output is now {title_of(new_output)}")
    old_loss, new_loss = (s.training.loss.name for s in both)
    if asked != "loss" and old_loss != new_loss:
        told.append(f"loss is now {title_of(new_loss)}")
    old_rate, new_rate = (s.training.optimizer.learning_rate for s in both)
    if asked == "optimizer" and old_rate != new_rate:
        told.append(f"learning rate is now {plain(new_rate)}, the usual one")
    if before.training.class_weights.name != "none" and after.training.class_weights.name == "none":
        told.append("class weights are now off")
    sentence = " and ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""
