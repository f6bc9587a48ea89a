"""`twostroke --version`: what a report of a fault needs, without importing any of it."""

import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

PACKAGES = (("NumPy", "numpy", "numpy"), ("Numba", "numba", "numba"), ("Qt", "PySide6-Essentials", "PySide6"))


def lines() -> list[str]:
    """Program, Python, NumPy, Numba, Qt: one line each."""
    found = [f"{title} {_version(package, module)}" for title, package, module in PACKAGES]
    return [f"Twostroke {_version('twostroke', '')}", f"Python {platform.python_version()}", *found]


def _version(package: str, module: str) -> str:
    """From the installed package's metadata; a frozen program may lack it, so then from the module."""
    try:
        return version(package)
    except PackageNotFoundError:
        return str(getattr(import_module(module), "__version__", "unknown")) if module else "unknown"
