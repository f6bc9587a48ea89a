"""`twostroke lessons`: what there is to learn from."""

from twostroke.gui.cli.subcommands.speech import WorkFailed, emit_json, say
from twostroke.gui.model import lessons


def list_lessons(as_json: bool) -> None:
    """Print each lesson's name and title."""
    try:
        known = lessons.lessons()
    except lessons.LessonError as error:
        raise WorkFailed(str(error)) from error
    if as_json:
        emit_json({"lessons": [{"name": lesson.name, "title": lesson.title} for lesson in known]})
        return
    width = max(len(lesson.name) for lesson in known)
    for lesson in known:
        say(f"{lesson.name:{width}}  {lesson.title}")
