"""Each lesson of the program is fit for a class: short, it asks before it tells, proves what it says, names sources."""

import re
from dataclasses import replace

import pytest

from twostroke.gui.model.lessons import Lesson, lesson, lessons

EVERY = lessons()
LETTERS = 620
"""Half a minute of reading, at some 220 words a minute."""


ENTERS, LEAVES = ("step", "play"), ("train", "epochs", "reset", "restart", "seek", "back", "set", "leave_stroke")
"""Acts after which the picture shows the sample that `row` means, and after which it shows the pinned one."""


def asks_of_another_sample(it: Lesson) -> list[str]:
    """Scenes that ask of `row` while the picture shows another sample."""
    shown, found = False, []
    for scene in it.scenes:
        for act in scene.do:
            shown = act.name in ENTERS or (shown and act.name not in LEAVES)
        asked = scene.ask and (scene.ask.number or scene.ask.answer or scene.ask.click)
        if asked and re.search(r"\brow\b", asked.text) and not shown:
            found.append(scene.title)
    return found


def wanting(it: Lesson) -> list[str]:
    """What the lesson lacks, in words."""
    last = it.scenes[-1]
    rules = {
        "three to eight scenes": 3 <= len(it.scenes) <= 8,
        "ten minutes at most": 0 < it.minutes <= 10,
        "a claim": it.claim.endswith("."),
        "a question": any(scene.ask for scene in it.scenes),
        "questions with a reason": all(scene.ask.because for scene in it.scenes if scene.ask),
        "an experiment at the end, alone": bool(last.attempt) and not last.ask,
        "questions of the sample that is shown": not asks_of_another_sample(it),
        "an assertion in each scene": all(scene.asserts for scene in it.scenes),
        "a reason where it holds less than always": all(
            own.because for scene in it.scenes for own in scene.asserts if own.share[0] < own.share[1]
        ),
        "what it leaves out": bool(it.leaves_out),
        "two or three sources with a year": len(it.sources) in (2, 3)
        and all(re.search(r"\*.+\*.*\b(18|19|20)\d\d\b", source) for source in it.sources),
        "words of the glossary": bool(it.words),
    }
    return [rule for rule, kept in rules.items() if not kept]


@pytest.mark.parametrize("it", EVERY, ids=lambda it: it.name)
def test_it_has_all_that_a_lesson_needs(it: Lesson) -> None:
    assert wanting(it) == []


@pytest.mark.parametrize("it", EVERY, ids=lambda it: it.name)
def test_no_scene_says_more_than_is_read_in_half_a_minute(it: Lesson) -> None:
    said = {scene.title: len(scene.say + scene.attempt) for scene in it.scenes}
    assert {title: letters for title, letters in said.items() if letters > LETTERS} == {}


def test_numbers_are_in_the_order_of_the_list() -> None:
    numbers = [it.number for it in EVERY]
    assert numbers == sorted(set(numbers))


def test_a_lesson_that_only_talks_is_found_out() -> None:
    whole = lesson("two-strokes")
    talk = replace(whole, scenes=tuple(replace(scene, ask=None, asserts=()) for scene in whole.scenes))
    assert wanting(talk) == ["a question", "an assertion in each scene"]


def test_a_question_of_a_sample_that_is_not_shown_is_found_out() -> None:
    whole = lesson("two-strokes")
    at_rest = replace(whole, scenes=(whole.scenes[0], replace(whole.scenes[1], do=()), *whole.scenes[2:]))
    assert asks_of_another_sample(at_rest) == [whole.scenes[1].title]
