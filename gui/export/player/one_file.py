"""The page of the player: its script, its style and its pictures in one file that asks for nothing else. Pure."""

import base64
import gzip
import hashlib
import html
import json
from importlib.resources import files
from typing import Any

from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Look, Theme

RESOURCES = "twostroke.resources"
COLOURS = ("background", "surface", "raised", "line", "text", "muted", "accent", "on_accent")


def resource(*names: str) -> str:
    """The text of a file that comes with the program."""
    return files(RESOURCES).joinpath(*names).read_text("utf-8")


def page(title: str, look: Look, steps: dict[str, Any], pictures: dict[str, Any]) -> str:
    """The whole page. `steps` is read at once, `pictures`, which is packed, a moment later."""
    script, style = resource("player", "player.js"), _colours(look) + resource("player", "player.css")
    parts = {
        "TITLE": html.escape(one_line(title)),
        "POLICY": _policy(script, style),
        "THEME": "dark" if look.theme is Theme.DARK else "light",
        "STYLE": style,
        "SCRIPT": script,
        "STEPS": _embedded(steps),
        "PICTURES": packed(pictures),
        "LICENCE": html.escape(resource("fonts", "Inter-LICENSE.txt"), quote=False),
    }
    pieces = resource("player", "player.html").split("%%")  # text, name, text, name, ...
    return "".join(parts[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def snippet(title: str, whole_page: str) -> str:
    """The page as an element to paste into another page or a notebook. It cannot reach what is around it."""
    return (
        f'<iframe title="{html.escape(one_line(title))}" sandbox="allow-scripts" loading="lazy" '
        'style="width: 100%; aspect-ratio: 16 / 10; min-height: 600px; border: 0" '
        f'srcdoc="{html.escape(whole_page)}"></iframe>\n'
    )


def one_line(text: str) -> str:
    """As a title can be written."""
    return " ".join(text.split())


def packed(told: dict[str, Any]) -> str:
    """Data as base64 of gzip, the same for the same data."""
    text = json.dumps(told, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("ascii"), 9, mtime=0)).decode("ascii")


def _embedded(told: dict[str, Any]) -> str:
    """Data that no mark in them can end: names of columns are whatever somebody wrote."""
    return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")


def _policy(script: str, style: str) -> str:
    """What a browser may do for this page: run these very lines, and ask for nothing."""
    own = f"script-src {_seal(script)}; style-src {_seal(style)}"
    return f"default-src 'none'; {own}; img-src data:; base-uri 'none'; form-action 'none'"


def _seal(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _colours(look: Look) -> str:
    palette = palette_of(look)
    named = (f"--{name.replace('_', '-')}: {getattr(palette, name)};" for name in COLOURS)
    return f":root {{ {' '.join(named)} }}\n"
