"""Files in TOML that people write, checked by pydantic. What is wrong is told with file, line and key."""

import re
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ValidationError

from twostroke.engine.race.varying import steps_of
from twostroke.engine.session.settings.base import WRONG_KIND, Part
from twostroke.engine.session.spec import SESSION_FORMAT, SESSION_VERSION, Session
from twostroke.engine.session.spec_errors import Said, SessionError, parse_session, problems_of, told
from twostroke.gui.model.lessons.script import Source

Written = TypeVar("Written", bound=Part)


def _not_a_number(value: Any) -> Any:
    """A text is one in quotes."""
    if not isinstance(value, str):
        raise ValueError(WRONG_KIND)
    return value


MOST_BITS = 10_000

Text = Annotated[str, BeforeValidator(_not_a_number), Said("a text in quotes")]
Texts = Annotated[tuple[Text, ...], Said("a list of texts, each in quotes")]
Paragraphs = Annotated[tuple[Text, ...], Said("a list of paragraphs, each a text in quotes")]


def text_of(content: bytes, name: str, wrong: type[ValueError]) -> str:
    """What is written in the bytes of a file called `name`. `wrong`, with a sentence, where nothing is."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise wrong(f"{name}, line {line}: this is no text in UTF-8; save the file in that encoding.") from error
    if not text.strip():
        raise wrong(f"{name} cannot be read: the file is empty.")
    return text.replace("\r\n", "\n")


def read_part(source: Source, model: type[Written], wrong: type[ValueError]) -> Written:
    """The whole of a file as a `model`. `wrong` names file, line, key and what was expected."""
    try:
        written = tomllib.loads(source.text)
        _check_numbers(written)
        return model.model_validate(written)
    except tomllib.TOMLDecodeError as error:
        raise wrong(_syntax(source, str(error))) from error
    except RecursionError as error:
        raise wrong(f"{source.name} cannot be read: it is nested too deeply.") from error
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda details: details["type"] == "missing")
        raise wrong(told(source.where(first["loc"]), problems_of(error, model))) from error
    except ValueError as error:  # Python does not read such numbers
        raise wrong(f"{source.name} cannot be read: a number in it has thousands of digits.") from error


def _check_numbers(written: Any) -> None:
    """ValueError where Python cannot write a number in decimal digits: in base 16 it reads longer ones."""
    inner = written.values() if isinstance(written, dict) else written if isinstance(written, list) else ()
    for each in inner:
        _check_numbers(each)
    if isinstance(written, int) and written.bit_length() > MOST_BITS:
        raise ValueError


def read_session(source: Source, written: Mapping[str, Any], wrong: type[ValueError]) -> Session:
    """The session that stands in a table of the file. `wrong` as above."""
    told_whole = {"format": SESSION_FORMAT, "version": SESSION_VERSION, **written}
    try:
        return parse_session(told_whole, source.name)
    except SessionError as error:
        found = re.match(r"(?:unknown key |the key )?([\w.\[\]]+)", error.problems[0])
        place = ("session", *steps_of(found[1])) if found else ("session",)
        raise wrong(told(f"{source.where(place)}: session", error.problems)) from error


def _syntax(source: Source, said: str) -> str:
    """What is wrong with the TOML, with its line."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    line = int(found[1]) if found and found[1] else source.text.count("\n") + 1
    why = said[: found.start()] if found else said
    why = TABLE.sub(lambda found: f"[{'.'.join(re.findall(KEY, found[0]))}]", why)
    why = SAID.get(why, f"{why[:1].lower()}{why[1:]}")
    return f"{source.name}, line {line} cannot be read: {why}. Expected TOML, as key = value."


KEY = r"'([^']*)'"
TABLE = re.compile(rf"\((?:{KEY},? ?)+\)")
"""How the library names a table."""

SAID = {
    "Illegal character '\\n'": "a text in quotes does not end on its line",
    "Unterminated string": "a text in three quotes never ends",
    "Cannot overwrite a value": "a key stands there a second time",
    "Invalid statement": "it begins with no key",
    "Unclosed array": "a list has no ] at its end",
}
"""What the library says of TOML that cannot be read, in plainer words."""
