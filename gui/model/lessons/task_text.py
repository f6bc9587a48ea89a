"""What a task says of itself to the learner."""

from twostroke.engine.session.phrases import counted
from twostroke.gui.model.lessons.script import Task


def told_task(task: Task | None, max_updates: int) -> str:
    """What it asks for, as Markdown, with the updates for which one may train; "" of no task."""
    if task is None:
        return ""
    worth = counted(int(task.points), "point") if task.points == int(task.points) else f"{task.points:g} points"
    reached = "".join(f"\n\n`{claim.text}`" for claim in task.reach)
    hint = f"\n\n*Hint:* {task.hint}" if task.hint else ""
    within = f", in at most {max_updates:,} updates" if task.reach else ""
    return f"**For {worth}{within}{':' if task.reach else '.'}**{reached}{hint}"
