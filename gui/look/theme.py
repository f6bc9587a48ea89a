"""Colours and type of everything that is drawn, in every theme. Plain data: colours are "#rrggbb" strings."""

from dataclasses import dataclass, replace
from functools import cache

from twostroke.gui.look.colour import READABLE, contrast, mixed, most_readable, packed, readable_on, written
from twostroke.gui.model.choices import Colours, Look, Theme

STEPS = 20
"""Of a colour on its way to that of text, until it can be read."""


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, named by what they mean."""

    theme: Theme
    least: float  # contrast of `words` on their ground (WCAG 2)
    background: str  # behind the stage
    surface: str  # panels
    raised: str  # fields, buttons, neuron at rest
    line: str  # hairlines, borders
    text: str
    muted: str  # secondary text
    accent: str  # selection, focus, primary button
    signal_negative: str
    signal_positive: str
    gradient_negative: str
    gradient_positive: str
    shut: str  # a shut gate
    warning: str
    good: str
    classes: tuple[str, ...]  # hues that no sign has, a class each; those after the last begin anew
    dashed: bool = False  # links of negative numbers: in grey, a weak dark one looks as a strong light one

    @property
    def hairline(self) -> str:
        """Between things that stand together."""
        return mixed(self.surface, self.line, 0.6)

    @property
    def faint(self) -> str:
        """What is there but cannot be used now, or has passed."""
        return mixed(self.surface, self.muted, 0.55 if self.theme is not Theme.PROJECTOR else 0.8)

    @property
    def placeholder(self) -> str:
        """What an empty field would mean."""
        return mixed(self.raised, self.text, 0.5 if self.theme is not Theme.PROJECTOR else 0.65)

    @property
    def pressed(self) -> str:
        """A button under the finger."""
        return mixed(self.raised, self.line, 0.8)

    @property
    def on_accent(self) -> str:
        """Text and icons on the accent."""
        return self.readable_on(self.accent)

    @property
    def accent_hover(self) -> str:
        """The accent under the pointer."""
        return mixed(self.accent, self.text, 0.15)

    @property
    def forward_soft(self) -> str:
        """Behind the button of the forward stroke."""
        return mixed(self.surface, self.signal_positive, 0.28)

    @property
    def backward_soft(self) -> str:
        """Behind the button of the backward stroke."""
        return mixed(self.surface, self.gradient_negative, 0.28)

    @property
    def banner(self) -> str:
        """Behind what is said above the stage."""
        return mixed(self.background, self.accent, 0.18)

    @property
    def banner_warning(self) -> str:
        """The same where it is a warning."""
        return mixed(self.background, self.warning, 0.24)

    @property
    def forward_words(self) -> str:
        """What is written about the forward stroke."""
        return self.words(self.signal_positive)

    @property
    def backward_words(self) -> str:
        """The same of the backward stroke."""
        return self.words(self.gradient_negative)

    def words(self, colour: str) -> str:
        """A colour that is written in: as much nearer to that of text as it takes to read it."""
        steps = (mixed(colour, self.text, step / STEPS) for step in range(STEPS))
        grounds = packed(self.background), packed(self.surface)
        return next(
            (each for each in steps if min(contrast(packed(each), ground) for ground in grounds) >= self.least),
            self.text,
        )

    def readable_on(self, ground: str) -> str:
        """Text or background, whichever stands out more from `ground`; where neither is read well, black or white."""
        best = most_readable((self.background, self.text), ground)
        return best if contrast(packed(best), packed(ground)) >= READABLE else written(readable_on(packed(ground)))

    def signal(self, value: float) -> str:
        """A value from −1 (negative) through 0 (background) to 1 (positive); beyond, the end's colour."""
        return mixed(self.background, self.signal_positive if value > 0 else self.signal_negative, abs(value))

    def class_hue(self, index: int) -> str:
        """The colour of class `index`."""
        return self.classes[index % len(self.classes)]

    def names(self) -> dict[str, str]:
        """Every colour that has a name of its own, by it."""
        own = {name: value for name, value in vars(self).items() if isinstance(value, str)}
        mixtures = (name for name, value in vars(Palette).items() if isinstance(value, property))
        return {**own, **{name: getattr(self, name) for name in mixtures}}


PALETTES: dict[Theme, Palette] = {
    Theme.DARK: Palette(
        theme=Theme.DARK, least=4.5,
        background="#15181d", surface="#1c2027", raised="#272c35", line="#363d49", text="#e8ebf0", muted="#98a1ae",
        accent="#4aa3df", signal_negative="#f0932b", signal_positive="#4aa3df", gradient_negative="#b57edc",
        gradient_positive="#4fb286", shut="#aeb6c1", warning="#e5b454", good="#4fb286",
        classes=("#ee6f9f", "#d3d95a", "#4fd6cf", "#b98a6a", "#9aa4f5", "#f4b8d4", "#7f8f2f", "#c65bd0", "#2f9c95",
                 "#c9c1b0"),
    ),
    Theme.LIGHT: Palette(
        theme=Theme.LIGHT, least=4.0,
        background="#fbfbf9", surface="#f1f2f0", raised="#ffffff", line="#d2d6da", text="#1b1f24", muted="#59626d",
        accent="#1769aa", signal_negative="#c45f00", signal_positive="#1769aa", gradient_negative="#7b3fb0",
        gradient_positive="#1c7a50", shut="#4a525c", warning="#8a5a00", good="#1c7a50",
        classes=("#b01f5e", "#6d7200", "#00757a", "#7a4a2a", "#4b49c0", "#d4699a", "#938a10", "#9a2aa5", "#2f958d",
                 "#6e675a"),
    ),
    Theme.PROJECTOR: Palette(
        theme=Theme.PROJECTOR, least=7.0, background="#ffffff", surface="#f6f6f6", raised="#ffffff", line="#858585",
        text="#000000", muted="#333333", accent="#0046c8", signal_negative="#b84a00", signal_positive="#0046c8",
        gradient_negative="#7a00a8", gradient_positive="#006b35", shut="#1a1a1a", warning="#7a4600", good="#005a2b",
        classes=("#c2006b", "#5f6600", "#006f75", "#6b4f3a", "#a65b8d", "#cf29ae", "#8a2340", "#7d7245", "#55606e",
                 "#3a8200"),
    ),
}  # fmt: skip
"""Each theme with the usual colours of signs: what is drawn asks `palette_of`."""


@dataclass(frozen=True)
class _Signs:
    """Colours of signs, the negative one first, and hues of classes that are none of them, none for those as usual."""

    signal: tuple[str, str]
    gradient: tuple[str, str]
    classes: tuple[str, ...] = ()


# Blue and red are as far from purple and green, for eyes of every kind, as orange and blue are. Of those for grey print
# one end is at least three times as light as the other.
_SIGNS: dict[tuple[Theme, Colours], _Signs] = {
    (Theme.DARK, Colours.BLUE_RED): _Signs(
        ("#4f9bf0", "#ff5f57"), ("#bd84ea", "#45bf92"),
        ("#f0932b", "#4fd6cf", "#d3d95a", "#b98a6a", "#9aa4f5", "#f4b8d4", "#7f8f2f", "#c65bd0", "#2f9c95", "#c9c1b0"),
    ),
    (Theme.LIGHT, Colours.BLUE_RED): _Signs(
        ("#1f62c0", "#c4152b"), ("#7b3fb0", "#1c7a50"),
        ("#b86000", "#00757a", "#6d7200", "#7a4a2a", "#d4699a", "#938a10", "#b234b8", "#2f958d", "#6e675a", "#474c5c"),
    ),
    (Theme.PROJECTOR, Colours.BLUE_RED): _Signs(
        ("#003fd0", "#b00018"), ("#7a00a8", "#006b35"),
        ("#a85500", "#006f75", "#5f6600", "#6b4f3a", "#a65b8d", "#cf29ae", "#7d7245", "#8b4be8", "#55606e", "#3a8200"),
    ),
    (Theme.DARK, Colours.GREY): _Signs(("#b3661a", "#b0e0ff"), ("#9a63d6", "#a8f0bc")),
    (Theme.LIGHT, Colours.GREY): _Signs(("#bf5a00", "#082456"), ("#a254cf", "#06301a")),
    (Theme.PROJECTOR, Colours.GREY): _Signs(("#b85000", "#001a66"), ("#a338d6", "#00290f")),
}  # fmt: skip


def palette_of(look: Look) -> Palette:
    """The palette in which that is drawn: the same object for the same look."""
    return _palette(look.theme, look.colours)


@cache
def _palette(theme: Theme, colours: Colours) -> Palette:
    usual, signs = PALETTES[theme], _SIGNS.get((theme, colours))
    if signs is None:
        return usual
    return replace(
        usual,
        signal_negative=signs.signal[0],
        signal_positive=signs.signal[1],
        gradient_negative=signs.gradient[0],
        gradient_positive=signs.gradient[1],
        classes=signs.classes or usual.classes,
        dashed=colours is Colours.GREY,
    )


FONT_FAMILY = "Inter"
