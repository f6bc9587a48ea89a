"""What NumPy and PyTorch programs share of an update: the learning rate of each update."""

from collections.abc import Iterator

from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.model_files.program.text import number

AFTER: dict[str, str] = {
    "constant": "    return {rate}",
    "step": "    return {rate} * {factor} ** ({past} // {every})",
    "cosine": "    return {low} + ({rate} - {low}) * (1 + np.cos(np.pi * min({past} / {length}, 1))) / 2",
}
"""The rate behind the warm-up, by the schedule's name."""

SAID = {
    "constant": "The learning rate after so many steps.",
    "step": "The learning rate after so many steps: smaller by a factor every now and then.",
    "cosine": "The learning rate after so many steps: down along half a cosine, and there it stays.",
}


def has_schedule(case: Case) -> bool:
    """Whether the learning rate changes."""
    return case.training.schedule.name != "constant" or case.training.schedule.warm_up > 0


def rate_lines(case: Case) -> Iterator[str]:
    """A function `learning_rate(steps)` where it changes, else the number `rate`."""
    rate, schedule = number(case.training.optimizer.learning_rate), case.training.schedule
    if not has_schedule(case):
        yield f"rate = {rate}  # the learning rate: length of a step"
        return
    yield "def learning_rate(steps):"
    yield f'    """{SAID[schedule.name]}"""'
    warm_up = schedule.warm_up
    if warm_up:
        start = number(schedule.warm_up_start)
        yield f"    if steps < {warm_up}:  # the warm-up"
        yield f"        return {rate} * ({start} + (1 - {start}) * steps / {warm_up})"
    yield AFTER[schedule.name].format(
        rate=rate,
        factor=number(schedule.factor),
        every=schedule.every,
        low=number(schedule.minimum),
        length=schedule.updates,
        past=f"(steps - {warm_up})" if warm_up else "steps",
    )


def steps_text(case: Case) -> str:
    """The optimizer's steps before the update of the loop, as an expression of `update`."""
    updates, _, _, steps = case.clock
    return "update" if updates == steps else f"(update - {updates - steps})"


def penalties(case: Case) -> Iterator[tuple[str, float, float]]:
    """Key of each weight that is punished for its size, and its L1 and L2."""
    for layer in case.layers:
        keys = [f"l{layer.number}.weight"] + ([f"l{layer.number}.skip_weight"] if layer.projected else [])
        for key in keys:
            if (layer.l1 or layer.l2) and key in case.learning:
                yield key, layer.l1, layer.l2


def penalty_text(w: str, l1: float, l2: float, sign: str) -> str:
    """What the penalties add to the gradient of a weight."""
    terms = ([f"{number(l1)} * {sign}({w})"] if l1 else []) + ([f"{number(l2)} * {w}"] if l2 else [])
    return " + ".join(terms)
