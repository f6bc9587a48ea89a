"""What a link to the TensorFlow Playground says: every key that its page writes behind the #, read as the page does.

The page takes what it does not know for its default, and so it is done here, with a sentence. What would be no number
there, and leaves the page without a network, is refused.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from twostroke.engine.files.disk import FileError
from twostroke.engine.files.foreign.playground_data import FEATURES
from twostroke.engine.session.phrases import counted, listed, shown
from twostroke.engine.session.spec import MAX_LAYERS, MAX_UNITS

HOST = "playground.tensorflow.org"
LONGEST = 20_000
"""Characters of a link; the page writes some 900."""

HIDDEN = "_hide"

CHOICES: dict[str, tuple[str, ...]] = {
    "activation": ("tanh", "relu", "sigmoid", "linear"),
    "regularization": ("none", "L1", "L2"),
    "dataset": ("circle", "xor", "gauss", "spiral"),
    "regDataset": ("reg-plane", "reg-gauss"),
    "problem": ("classification", "regression"),
}
"""Keys with names as values; the first is the page's default."""

NUMBERS: dict[str, tuple[float, float, float]] = {
    "batchSize": (10, 1, 65_536),
    "learningRate": (0.03, 1e-300, 100),
    "regularizationRate": (0, 0, 10),
    "noise": (0, -math.inf, math.inf),
    "percTrainData": (50, 1e-300, math.inf),
}
"""Keys with a number: the page's default, and what a session can say."""

SHOWN_ONLY = ("showTestData", "discretize", "hideText", "collectStats", "tutorial")
"""What the page shows, or counts, beside the network."""

WITHOUT_EFFECT = ("cosX", "cosY")
"""Inputs that links name and the page does not have."""

MOST_NOISE, SHOWN_NOISE = 80.0, 50.0
NO_SEED = "0.50000"
KEPT = "!#$%&'()*+,/:;=?@[\\]^{|}"
"""What browsers do not encode behind the #, beside letters, digits and _.-~."""

KNOWN = (*CHOICES, *NUMBERS, *SHOWN_ONLY, *WITHOUT_EFFECT, *FEATURES, "networkShape", "seed", "initZero")


@dataclass(frozen=True)
class Setup:
    """How the page of a link begins."""

    names: Mapping[str, str]  # by the keys of `CHOICES`
    numbers: Mapping[str, float]  # by those of `NUMBERS`
    shape: tuple[int, ...]
    features: tuple[str, ...]
    seed: str
    zero: bool
    remarks: tuple[str, ...]


def is_link(text: str) -> bool:
    """Whether the text is meant as a link to the Playground, or as the part of one behind the #."""
    text = text.strip()
    if text.startswith("#"):
        return bool(_pairs(text[1:LONGEST])[0].keys() & set(KNOWN))
    return "\n" not in text and (re.match(r"\w+://", text) is not None or text.lower().startswith(HOST))


def read_link(text: str) -> Setup:
    """What the link says. Raises FileError."""
    said, repeated = _pairs(_fragment(text.strip()))
    remarks = [f"The link says {key} more than once; the last one counts." for key in repeated]
    names = {key: _chosen(key, said.get(key, ""), remarks) for key in CHOICES}
    numbers = {key: _number(key, said.get(key, "")) for key in NUMBERS}
    numbers["noise"] = _noise(numbers["noise"], remarks)
    if not numbers["batchSize"].is_integer():
        raise FileError(f"batchSize in the link is {shown(numbers['batchSize'])}; expected a whole number.")
    shape, features = _shape(said.get("networkShape")), _features(said)
    seed = said.get("seed", "").strip() and said["seed"]
    if not seed:
        seed = NO_SEED
        remarks.append(f"The link names no seed, so its page draws other samples each time; seed {NO_SEED} is taken.")
    remarks += _left(said)
    return Setup(names, numbers, shape, features, seed, _flag(said, "initZero", False), tuple(remarks))


def _fragment(text: str) -> str:
    """What stands behind the #. FileError where it is no link to the Playground."""
    text = text.replace("&amp;", "&")  # as the source of a page has it
    if len(text) > LONGEST:
        raise FileError(f"The link has {len(text):,} characters; expected at most {LONGEST:,}.")
    if text.startswith("#"):
        return text[1:]
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError as error:
        raise FileError(f"{shown(text)} names no page; expected https://{HOST}/#activation=…") from error
    if parts.scheme not in ("http", "https", "file"):
        raise FileError(f"{shown(text)} is no link to a page; expected https://{HOST}/#activation=…")
    fragment = parts.fragment
    if host != HOST and not set(_pairs(fragment)[0]) & set(KNOWN):
        raise FileError(
            f"{shown(text)} is no link to the TensorFlow Playground; expected https://{HOST}/#activation=… "
            "Nothing is fetched from the network."
        )
    if not fragment and parts.query:
        raise FileError(f"The link to the Playground has its settings behind a ?; expected them behind a #: {HOST}/#…")
    return fragment


def _pairs(fragment: str) -> tuple[dict[str, str], list[str]]:
    """Keys and values, and the keys that stand there more than once. A later one counts, as on the page."""
    found: dict[str, str] = {}
    repeated: list[str] = []
    for part in fragment.split("&"):
        key, _, value = part.partition("=")
        key = unquote(key)
        if key in found and key not in repeated:
            repeated.append(key)
        if key:
            value = value.partition("=")[0]
            found[key] = _as_browsers_have_it(value) if key == "seed" else unquote(value)
    return found, repeated


def _as_browsers_have_it(value: str) -> str:
    """The page draws from the letters of a seed as they stand in the address, encoded ones too."""
    return quote(value, safe=KEPT, errors="replace")


def _chosen(key: str, value: str, remarks: list[str]) -> str:
    default = CHOICES[key][0]
    if not value.strip():
        return default
    if value in CHOICES[key]:
        return value
    remarks.append(
        f"{key} in the link is {shown(value)}, which the Playground does not know ({listed(CHOICES[key])}); as on its "
        f"page, {default} is taken."
    )
    return default


def _number(key: str, value: str) -> float:
    default, low, high = NUMBERS[key]
    if not value.strip():
        return float(default)
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in value or not value.isascii():
        raise FileError(f"{key} in the link is {shown(value)}; expected a number.")
    if not low <= number <= high:
        least = "above 0" if low == 1e-300 else f"from {low:g} on"
        most = f", at most {high:,g}" if math.isfinite(high) else ""
        raise FileError(f"{key} in the link is {shown(value)}; expected a number {least}{most}.")
    return number


def _noise(noise: float, remarks: list[str]) -> float:
    """As the page does it with what its slider cannot show."""
    kept = 0.0 if noise < 0.0 else SHOWN_NOISE if noise > MOST_NOISE else noise
    if kept != noise:
        remarks.append(f"noise in the link is {noise:g}; as on the page, {kept:g} is taken.")
    return kept


def _shape(value: str | None) -> tuple[int, ...]:
    if value is None:
        return (4, 2)
    if not value.strip():
        return ()
    parts = value.split(",")
    if len(parts) > MAX_LAYERS:
        raise FileError(f"networkShape in the link has {len(parts):,} layers; expected at most {MAX_LAYERS}.")
    for part in parts:
        if not part.strip().isascii() or not part.strip().isdigit() or not 1 <= int(part.strip()[:6]) <= MAX_UNITS:
            raise FileError(
                f"networkShape in the link has a layer of {shown(part)} units; expected whole numbers from 1 to "
                f"{MAX_UNITS:,} with commas between."
            )
    return tuple(int(part) for part in parts)


def _flag(said: Mapping[str, str], key: str, default: bool) -> bool:
    value = said.get(key, "")
    return value != "false" if value.strip() else default


def _features(said: Mapping[str, str]) -> tuple[str, ...]:
    """The inputs that are on, and that the page does not hide: a hidden one is none."""
    on = tuple(
        key
        for key in FEATURES
        if _flag(said, key, key in ("x", "y")) and said.get(key + HIDDEN, "") != "true"
    )  # fmt: skip
    if not on:
        raise FileError(f"The link takes no input at all; expected one of {listed(FEATURES)} to be true.")
    return on


def _left(said: Mapping[str, str]) -> list[str]:
    """What is not taken over, as sentences."""
    page = [key for key in SHOWN_ONLY if said.get(key, "").strip() not in ("", "false", "null")]
    page += [key for key in said if key.endswith(HIDDEN) and said[key] == "true"]
    found = [f"Of the page alone, and not taken over: {', '.join(page)}."] if page else []
    found += [
        f"{key} is on in the link, and has no effect on the page either."
        for key in WITHOUT_EFFECT
        if _flag(said, key, False)
    ]
    others = [key for key in said if key not in KNOWN and not key.endswith(HIDDEN)]
    if others:
        some = ", ".join(shown(key) for key in others[:4])
        found.append(f"The Playground does not know {counted(len(others), 'key')} of the link: {some}.")
    return found
