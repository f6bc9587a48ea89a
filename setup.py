"""Computes the package list, so that no sub-package can be missing from the wheel.

Everything else about the build is in pyproject.toml.
"""

from pathlib import Path

from setuptools import setup

ROOTS = ("gui", "engine", "resources")


def packages() -> list[str]:
    """Each folder below the three roots that holds an `__init__.py`, as `twostroke.<dotted path>`."""
    found = []
    for root in ROOTS:
        for marker in sorted(Path(root).rglob("__init__.py")):
            found.append("twostroke." + ".".join(marker.parent.parts))
    return found


setup(packages=packages())
