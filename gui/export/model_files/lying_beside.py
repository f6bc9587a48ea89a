"""What lies beside a program."""

from pathlib import Path


def beside(path: Path) -> Path:
    """The file with the numbers that are too many for the program: one of the same name and a notebook have two."""
    notebook = "-notebook" if path.suffix.lower() == ".ipynb" else ""
    return path.with_name(f"{path.stem}{notebook}-numbers.npz")
