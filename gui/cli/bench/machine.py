"""What the figures were taken on: processor, cores, versions."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from twostroke.engine.compute.cores import usable
from twostroke.engine.compute.this_machine import processor

PACKAGES = (
    ("Twostroke", "twostroke"),
    ("NumPy", "numpy"),
    ("Numba", "numba"),
    ("SciPy", "scipy"),
    ("scikit-learn", "scikit-learn"),
    ("PyTorch", "torch"),
    ("PySide6", "PySide6-Essentials"),
    ("PyAV", "av"),
)

QUIET = 0.5
"""Processes for each core from which on figures suffer."""


def load() -> float | None:
    """Processes that wanted a core over the last minute; None where the system does not tell."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def warning(wanted: float | None, usable: int) -> str | None:
    """A sentence for a machine that had other things to do; None for a quiet one."""
    if wanted is None or wanted < QUIET * usable:
        return None
    return f"The machine was busy: over the minute before, {wanted:.1f} processes wanted its {usable} cores."


def facts() -> list[tuple[str, str]]:
    """Name and value of each fact, in the order in which they are told."""
    found = [
        ("Processor", processor()),
        ("Cores", str(usable())),
        ("System", f"{platform.system()} {platform.machine()}"),
        ("Python", platform.python_version()),
    ]
    for title, package in PACKAGES:
        try:
            found.append((title, version(package)))
        except PackageNotFoundError:
            found.append((title, "from its source folder" if package == "twostroke" else "not installed"))
    return found
