"""A caption as lines that can be read, and lines with their times as files that players show beside a film."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from twostroke.gui.model.user_text import clusters, legible

MOST_CHARACTERS = 150
"""Of a line: two rows of the picture."""


@dataclass(frozen=True)
class Cue:
    """A line that is read from one second to another."""

    begin: float
    end: float
    text: str


def cues(text: str, seconds: float) -> tuple[Cue, ...]:
    """`text` in lines, which share the time by their lengths."""
    found = _lines(plain_text(text))
    whole = sum(map(len, found))
    out, passed = list[Cue](), 0
    for line in found:
        out.append(Cue(seconds * passed / whole, seconds * (passed + len(line)) / whole, line))
        passed += len(line)
    return tuple(out)


def plain_text(markdown: str) -> str:
    """Without the marks of Markdown, on one line."""
    text = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]", r"\1", markdown)  # words of the glossary
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)", "", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?![\w*])", r"\1", text)
    text = re.sub(r"^\s*([-*]|#+)\s+", "", text, flags=re.MULTILINE)
    return legible(re.sub(r"\s+", " ", text)).strip()


def _lines(text: str) -> list[str]:
    """Whole sentences as long as they fit; a longer one breaks between words."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if found and len(found[-1]) + 1 + len(sentence) <= MOST_CHARACTERS:
            found[-1] += f" {sentence}"
        elif sentence:
            found += _broken(sentence)
    return found


def _broken(sentence: str) -> list[str]:
    """In parts of about one length, none longer than a line may be; sooner after `;` or `:`, within words only where
    they are longer than a line.
    """
    count = -(-len(sentence) // MOST_CHARACTERS)
    goal, found = len(sentence) / count, [""]
    for word, goes_on in _words(sentence):
        longer = f"{found[-1]} {word}".strip()
        ends = count > 1 and found[-1].endswith((";", ":")) and len(found[-1]) > goal / 2
        if found[-1] and (goes_on or ends or len(longer) > max(goal, 1) + 8):
            found.append(word)
        else:
            found[-1] = longer
    return found


def _words(sentence: str) -> Iterator[tuple[str, bool]]:
    """Its words, those that are longer than a line in parts of one length, and whether they go on with a word."""
    for word in sentence.split(" "):
        letters = clusters(word)
        count = -(-len(letters) // MOST_CHARACTERS) or 1
        length = -(-len(letters) // count)
        for at in range(count):
            yield "".join(letters[at * length : (at + 1) * length]), at > 0


def as_srt(lines: Sequence[Cue]) -> str:
    """Numbered blocks, as SubRip has them."""
    blocks = (
        f"{number}\n{_time(cue.begin, ',')} --> {_time(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(lines, start=1)
    )
    return "\n".join(blocks)


def as_vtt(lines: Sequence[Cue]) -> str:
    """As browsers read them (WebVTT)."""
    escaped = (escape(cue.text) for cue in lines)  # also of ">": a line with "-->" begins another cue
    blocks = (
        f"{_time(cue.begin, '.')} --> {_time(cue.end, '.')}\n{text}\n" for cue, text in zip(lines, escaped, strict=True)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _time(seconds: float, point: str) -> str:
    whole = round(seconds * 1000)
    hours, minutes, rest = whole // 3_600_000, whole // 60_000 % 60, whole % 60_000
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
