"""Colours and type of everything that is drawn, for both themes. Plain data: colours are "#rrggbb" strings."""

from dataclasses import dataclass

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


PALETTES: dict[Theme, Palette] = {
    Theme.DARK: Palette(
        background="#15181d", surface="#1c2027", raised="#272c35", line="#363d49", text="#e8ebf0", muted="#98a1ae",
        accent="#4aa3df", signal_negative="#f0932b", signal_positive="#4aa3df", gradient_negative="#b57edc",
        gradient_positive="#4fb286", shut="#aeb6c1", warning="#e5b454", good="#4fb286",
    ),
    Theme.LIGHT: Palette(
        background="#fbfbf9", surface="#f1f2f0", raised="#ffffff", line="#d2d6da", text="#1b1f24", muted="#59626d",
        accent="#1769aa", signal_negative="#c45f00", signal_positive="#1769aa", gradient_negative="#7b3fb0",
        gradient_positive="#1c7a50", shut="#4a525c", warning="#8a5a00", good="#1c7a50",
    ),
}  # fmt: skip

FONT_FAMILY = "Inter"
