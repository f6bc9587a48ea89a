"""What lies beside a program."""

from pathlib import Path


def beside(path: Path) -> Path:
    """The file with the numbers that are too many for the program itself: programs of two names have two."""
    return path.with_name(f"{path.stem}-numbers.npz")
