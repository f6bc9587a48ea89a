"""The stand-ins of the window's tests are called as the real ones are: what a real one would not take, fails."""

import inspect
from typing import Any

import pytest

from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperEngine, PaperLink
from twostroke.engine.run.runner import Runner
from twostroke.gui.drive.bridge import Bridge, Engine
from twostroke.gui.drive.controller import Link


@pytest.mark.parametrize(
    ("protocol", "kind"), [(Engine, Runner), (Engine, PaperEngine), (Link, Bridge), (Link, PaperLink)]
)
def test_stand_in_and_real_one_take_what_is_asked_of_them(protocol: type, kind: type) -> None:
    asked = {name: method for name, method in vars(protocol).items() if inspect.isfunction(method) and name[0] != "_"}
    assert asked
    for name, method in asked.items():
        wanted = list(inspect.signature(method).parameters.values())
        taken = list(inspect.signature(getattr(kind, name)).parameters.values())
        assert [each.name for each in taken[: len(wanted)]] == [each.name for each in wanted], name
        assert all(each.default is not each.empty for each in taken[len(wanted) :]), name


def test_the_engine_on_paper_answers_no_command_that_it_does_not_know() -> None:
    class Dance:
        pass

    unknown: Any = Dance()
    with pytest.raises(NotImplementedError, match="Dance"):
        PaperEngine(example_session()).send(unknown)
