"""SVG as Qt writes it, made small: each outline that comes again is there once, and nothing is said that holds anyway.

Qt writes a group with all its settings around every shape, and the outline of every letter anew. A storyboard of a deep
network has hundreds of thousands of them: they pass through here one by one.
"""

import math
import re
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"  # SVG 2 does without the prefix; QtSvg and older programs do not

INITIAL = {"fill": "#000000", "stroke": "none", "fill-opacity": "1", "stroke-opacity": "1", "stroke-width": "1",
           "stroke-linecap": "butt", "stroke-linejoin": "miter", "fill-rule": "nonzero"}  # fmt: skip
"""Settings that parts inherit, with what holds where nobody has said anything (SVG 1.1, property index)."""

OF_STROKE = frozenset(name for name in INITIAL if name.startswith("stroke-"))
OF_FONT = frozenset({"font-family", "font-size", "font-weight", "font-style"})
PLACED = frozenset({"transform", "clip-path", "opacity"})
UNMOVED, MATRIX = "matrix(1,0,0,1,0,0)", re.compile(r"matrix\(([^)]*)\)")
LONG = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
LENGTHS = ("d", "points", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "cx", "cy", "r", "rx", "ry",
           "stroke-width")  # fmt: skip

SHORTEST = 60
"""Characters of an outline that is worth a name."""


def slimmed(content: bytes, look: Callable[[], None] = lambda: None) -> bytes:
    """A drawing of Qt's, to a hundredth of a unit. `look` is called at each of its shapes: what it raises ends that."""
    slim = _Slim(content)
    depth = 0
    for event, element in ElementTree.iterparse(BytesIO(content), ("start", "end")):
        if event == "start":
            depth += 1
            if depth == 1:
                slim.begin(element)
            elif depth == 2 and _tag(element) == "g":
                slim.begin_drawing(element)
            continue
        depth -= 1
        if depth == 1:
            slim.end(element)
        elif depth == 2 and slim.drawing is not None:
            look()
            slim.add(element)
            slim.drawing.clear()
    return slim.written()


class _Slim:
    """What has been written so far."""

    def __init__(self, content: bytes) -> None:
        self.drawing: Element | None = None  # the group that all shapes stand in
        self._inherited: Mapping[str, str] = INITIAL
        self._unwanted = OF_FONT if b"<text" not in content else frozenset[str]()
        self._name = f"o{zlib.crc32(content) & 0xFFFF:x}-"  # so that two drawings can stand in one page
        self._outlines: dict[tuple[str, str], str] = {}
        self._run: list[Element] = []
        self._clip = ""  # what the shapes are cut by now
        self._place = 0  # where outlines are written
        self._out = ['<?xml version="1.0" encoding="UTF-8"?>\n']

    def begin(self, svg: Element) -> None:
        """The drawing as a whole."""
        spaces = {"xmlns": SVG, "xmlns:xlink": XLINK}
        self._out.append(f"<svg{_attributes({**spaces, **svg.attrib})}>\n")

    def begin_drawing(self, group: Element) -> None:
        """The group that all shapes stand in."""
        self._inherited = _settled(group, INITIAL, self._unwanted)
        self._place = len(self._out)
        self._out.append(f"<g{_attributes(group.attrib)}>\n")
        self.drawing = group

    def add(self, part: Element) -> None:
        """A shape, or a group of some."""
        clip = part.attrib.get("clip-path", "")
        if clip:
            (part,) = part  # Qt's group around each shape says nothing else
        _settle(part, self._inherited, self._unwanted)
        if _tag(part) == "g" and not len(part):
            return
        part = _flat(part)
        _round(part)
        for path in list(part.iter(f"{{{SVG}}}path")):
            self._name_outline(path)
        if clip != self._clip or (self._run and _look(part) != _look(self._run[0])):
            self._put_run()
        self._cut(clip)
        self._run.append(part)

    def _cut(self, clip: str) -> None:
        """All that comes by that; "" for nothing."""
        if clip == self._clip:
            return
        if self._clip:
            self._out.append("</g>\n")
        if clip:
            self._out.append(f"<g{_attributes({'clip-path': clip.replace('#', f'#{self._name}')})}>\n")
        self._clip = clip

    def _name_outline(self, path: Element) -> None:
        """It is drawn by its name. The outline stands before all drawing: QtSvg takes a use of what is drawn for a
        circle."""
        key = path.get("d", ""), path.get("fill-rule", "")
        if len(key[0]) < SHORTEST:
            return
        name = self._outlines.setdefault(key, f"{self._name}{len(self._outlines)}")
        own = {other: value for other, value in path.attrib.items() if other not in ("d", "fill-rule")}
        path.tag, path.attrib = f"{{{SVG}}}use", {HREF: f"#{name}", **own}

    def _put_run(self) -> None:
        """Neighbours with the same settings stand in one group that says them once."""
        if not self._run:
            return
        look = _look(self._run[0]) if len(self._run) > 1 else {}
        if look:
            self._out.append(f"<g{_attributes(look)}>\n")
        for part in self._run:
            part.attrib = {name: value for name, value in part.attrib.items() if name not in look}
            self._out.append(f"{_written(part)}\n")
        if look:
            self._out.append("</g>\n")
        self._run = []

    def end(self, part: Element) -> None:
        """The end of the drawing, or of what stands before it."""
        if part is self.drawing:
            self._put_run()
            self._cut("")
            self._out.append("</g>\n")
            self.drawing = None
            return
        for clip in part.iter(f"{{{SVG}}}clipPath"):
            clip.attrib["id"] = f"{self._name}{clip.attrib['id']}"
        if _tag(part) != "defs" or len(part):
            self._out.append(f"{_written(part).strip()}\n")

    def written(self) -> bytes:
        """All of it."""
        outlines = [
            f"<path{_attributes({'id': name, **({'fill-rule': rule} if rule else {}), 'd': drawn})}/>\n"
            for (drawn, rule), name in self._outlines.items()
        ]
        named = ["<defs>\n", *outlines, "</defs>\n"] if outlines else []
        return "".join([*self._out[: self._place], *named, *self._out[self._place :], "</svg>\n"]).encode()


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _written(element: Element) -> str:
    """As XML whose names are those of SVG, which the whole of it says once."""
    tag, text = _tag(element), _escaped(element.text or "")
    inside = text + "".join(_written(part) + _escaped(part.tail or "") for part in element)
    return (
        f"<{tag}{_attributes(element.attrib)}>{inside}</{tag}>" if inside else f"<{tag}{_attributes(element.attrib)}/>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attributes(given: Mapping[str, str]) -> str:
    return "".join(f" {_attribute(name)}={quoteattr(value)}" for name, value in given.items())


def _attribute(name: str) -> str:
    space, _, own = name.rpartition("}")
    return f"xlink:{own}" if space == f"{{{XLINK}" else own


# -- what holds anyway -------------------------------------------------------------------------------------------------


def _settled(element: Element, inherited: Mapping[str, str], unwanted: frozenset[str]) -> dict[str, str]:
    """The settings that its parts inherit; it loses those that it inherits itself."""
    own, kept = dict(inherited), dict[str, str]()
    for name, value in element.attrib.items():
        value = "#000000" if value == "black" else value
        idle = name in unwanted or (name, value) in (("transform", UNMOVED), ("vector-effect", "none"))
        if name in INITIAL:
            idle, own[name] = own[name] == value, value
        if not idle:
            kept[name] = value
    element.attrib = kept
    return own


def _settle(element: Element, inherited: Mapping[str, str], unwanted: frozenset[str]) -> None:
    """Leave out of it and of its parts what they inherit, and what draws nothing."""
    if _tag(element) not in ("text", "tspan"):
        element.text = None
    element.tail = None
    own = _settled(element, inherited, unwanted)
    for part in list(element):
        _settle(part, own, unwanted)
        if _tag(part) == "g" and not len(part):
            element.remove(part)


def _flat(element: Element) -> Element:
    """A group around one part says nothing that the part could not say itself."""
    element[:] = [_flat(part) for part in element]
    if _tag(element) != "g" or len(element) != 1 or not PLACED.isdisjoint(element[0].keys()):
        return element
    only = element[0]
    only.attrib = {**element.attrib, **only.attrib}
    return only


def _look(part: Element) -> dict[str, str]:
    """The settings that neighbours can share; of a group that is one already, nothing."""
    if _tag(part) == "g":
        return {}
    return {name: value for name, value in part.attrib.items() if name in INITIAL and name != "fill-rule"}


# -- numbers -----------------------------------------------------------------------------------------------------------


def _round(element: Element) -> None:
    """To a hundredth of a unit of the drawing: of what is drawn small, fewer digits tell that."""
    for part in element.iter():
        digits = 2
        if "transform" in part.attrib:
            part.attrib["transform"] = MATRIX.sub(_short_matrix, part.attrib["transform"])
            digits = _digits(part.attrib["transform"])
        for name in LENGTHS:
            if name in part.attrib:
                part.attrib[name] = _all_rounded(part.attrib[name], digits)
        if part.attrib.get("stroke") == "none" and not len(part):
            part.attrib = {name: value for name, value in part.attrib.items() if name not in OF_STROKE}


def _digits(transform: str) -> int:
    found = MATRIX.fullmatch(transform)
    scale = max(map(abs, map(float, found[1].split(",")[:4])), default=1.0) if found else 1.0
    return min(4, max(0, round(2 + math.log10(scale)))) if scale > 0 else 2


@lru_cache(maxsize=4096)  # letters come again and again
def _all_rounded(numbers: str, digits: int) -> str:
    return LONG.sub(partial(_rounded, digits), numbers).strip()


def _rounded(digits: int, found: re.Match[str]) -> str:
    return _short(float(found[0]), digits)


def _short(number: float, digits: int = 2) -> str:
    text = f"{number:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    return "0" if text in ("-0", "") else text


def _short_matrix(found: re.Match[str]) -> str:
    numbers = [float(number) for number in found[1].split(",")]
    return f"matrix({','.join([*(f'{number:.6g}' for number in numbers[:4]), *map(_short, numbers[4:])])})"
