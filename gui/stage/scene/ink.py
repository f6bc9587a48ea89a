"""The palette as the scene's arithmetic takes it: colours as packed ints."""

from dataclasses import dataclass
from functools import lru_cache

from twostroke.gui.look.colour import Floats, mix, packed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model.choices import Theme

IN_A_HALL = 0.7
"""There the ground shines through: a quiet link has a quarter of its colour in place of 0.15."""


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
    forward_words: int
    backward_words: int
    loud: float = 1.0  # less has links brighter that carry little
    dashed: bool = False  # links of negative numbers

    @property
    def rest(self) -> int:
        """A neuron at 0: near the background."""
        return mix(self.background, self.raised, 0.75)

    @property
    def outline(self) -> int:
        """What is not known yet, and ways that carry nothing."""
        return mix(self.background, self.line, 0.8)

    def of_links(self, brightness: Floats) -> Floats:
        """How much of its colour a link of that brightness has, 0 to 1."""
        return brightness if self.loud == 1.0 else brightness**self.loud

    @property
    def quiet(self) -> int:
        """A skip path on which nothing happens now."""
        return mix(self.background, self.muted, 0.55)


@lru_cache(maxsize=16)  # which every part of a picture asks for
def ink_of(palette: Palette) -> Ink:
    """The palette's colours as packed ints."""
    fields = {name: getattr(palette, name, None) for name in Ink.__dataclass_fields__}
    colours = {name: packed(value) for name, value in fields.items() if isinstance(value, str)}
    return Ink(**colours, loud=IN_A_HALL if palette.theme is Theme.PROJECTOR else 1.0, dashed=palette.dashed)
