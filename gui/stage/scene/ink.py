"""The palette as the scene's arithmetic takes it: colours as packed ints."""

from dataclasses import dataclass

from twostroke.gui.look.colour import mix, packed
from twostroke.gui.look.theme import Palette


@dataclass(frozen=True)
class Ink:
    """The palette, packed."""

    background: int
    surface: int
    raised: int
    line: int
    text: int
    muted: int
    accent: int
    signal_negative: int
    signal_positive: int
    gradient_negative: int
    gradient_positive: int
    shut: int
    warning: int
    good: int

    @property
    def rest(self) -> int:
        """A neuron at 0: near the background."""
        return mix(self.background, self.raised, 0.75)

    @property
    def outline(self) -> int:
        """What is not known yet, and ways that carry nothing."""
        return mix(self.background, self.line, 0.8)

    @property
    def quiet(self) -> int:
        """A skip path on which nothing happens now."""
        return mix(self.background, self.muted, 0.55)


def ink_of(palette: Palette) -> Ink:
    """The palette's colours as packed ints."""
    return Ink(**{name: packed(getattr(palette, name)) for name in Ink.__dataclass_fields__})
