"""What every request for an export has: where the result goes, as which kind of file, and how large."""

from pathlib import Path

from twostroke.gui.export import formats
from twostroke.gui.export.kind import Format


class Destination:
    """For frozen requests, which have `target`, a path as it is typed, and `shape`, as `Format.shape` has it."""

    target: str
    shape: str

    @property
    def path(self) -> Path:
        """Where the result goes."""
        return Path(self.target)

    @property
    def format(self) -> Format:
        """The kind of file."""
        return formats.format_for(self.target, self.shape)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the result has."""
        return formats.fitted_size(*self._wanted_size, self.format)

    @property
    def _wanted_size(self) -> tuple[int, int]:
        raise NotImplementedError
