"""Colours and type of everything that is drawn, for both themes. Plain data: colours are "#rrggbb" strings."""

from dataclasses import dataclass

from twostroke.gui.look.colour import mixed, most_readable
from twostroke.gui.model.choices import Theme


@dataclass(frozen=True)
class Palette:
    """One theme's colours, named by what they mean."""

    background: str  # behind the stage
    surface: str  # panels
    raised: str  # fields, buttons, neuron at rest
    line: str  # hairlines, borders
    text: str
    muted: str  # secondary text; still readable (contrast 4.5 : 1 on surface)
    accent: str  # selection, focus, primary button
    signal_negative: str
    signal_positive: str
    gradient_negative: str
    gradient_positive: str
    shut: str  # a shut gate
    warning: str
    good: str
    classes: tuple[str, ...]  # hues that no sign has, a class each; those after the last begin anew

    @property
    def hairline(self) -> str:
        """Between things that stand together."""
        return mixed(self.surface, self.line, 0.6)

    @property
    def faint(self) -> str:
        """What is there but cannot be used now, or has passed."""
        return mixed(self.surface, self.muted, 0.55)

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

    def readable_on(self, ground: str) -> str:
        """Text or background, whichever stands out more from `ground`."""
        return most_readable((self.background, self.text), ground)

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
        background="#15181d", surface="#1c2027", raised="#272c35", line="#363d49", text="#e8ebf0", muted="#98a1ae",
        accent="#4aa3df", signal_negative="#f0932b", signal_positive="#4aa3df", gradient_negative="#b57edc",
        gradient_positive="#4fb286", shut="#aeb6c1", warning="#e5b454", good="#4fb286",
        classes=("#ee6f9f", "#d3d95a", "#4fd6cf", "#b98a6a", "#9aa4f5", "#f4b8d4", "#7f8f2f", "#c65bd0", "#2f9c95",
                 "#c9c1b0"),
    ),
    Theme.LIGHT: Palette(
        background="#fbfbf9", surface="#f1f2f0", raised="#ffffff", line="#d2d6da", text="#1b1f24", muted="#59626d",
        accent="#1769aa", signal_negative="#c45f00", signal_positive="#1769aa", gradient_negative="#7b3fb0",
        gradient_positive="#1c7a50", shut="#4a525c", warning="#8a5a00", good="#1c7a50",
        classes=("#b01f5e", "#6d7200", "#00757a", "#7a4a2a", "#4b49c0", "#d4699a", "#938a10", "#9a2aa5", "#2f958d",
                 "#6e675a"),
    ),
}  # fmt: skip

FONT_FAMILY = "Inter"
