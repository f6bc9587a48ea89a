"""Text as LaTeX takes it: nothing in it is a command, and every character is one that LaTeX's own fonts have, or one
that can be read in its place.

Accents are LaTeX's own; Greek is set as in formulas, Cyrillic in Latin letters; of all else stands the name, or the
number, in brackets. pdfLaTeX ends at a character that it does not know, and names are whatever somebody wrote.
"""

import re
import unicodedata

from twostroke.gui.model.user_text import JOINER, clusters, legible

UNBROKEN = "\u00a0"
"""A space at which no line ends."""

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "→": r"$\to$", "·": r"$\cdot$", "²": r"$^2$", "³": r"$^3$", "−": "$-$", "≈": r"$\approx$", "≤": r"$\le$",
    "×": r"$\times$", "÷": r"$\div$", "±": r"$\pm$", "∞": r"$\infty$", "…": r"\dots{}", "⁻": r"$^-$", "°": r"$^\circ$",
    "≥": r"$\ge$", "∂": r"$\partial$", "•": r"$\bullet$", "¬": r"$\lnot$",
    "–": r"\textendash{}", "—": r"\textemdash{}", "‘": r"\textquoteleft{}", "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}", "”": r"\textquotedblright{}", "„": r"\quotedblbase{}", "‚": r"\quotesinglbase{}",
    "«": r"\guillemotleft{}", "»": r"\guillemotright{}", "‹": r"\guilsinglleft{}", "›": r"\guilsinglright{}",
    "¡": r"\textexclamdown{}", "¿": r"\textquestiondown{}", "§": r"\S{}", "£": r"\pounds{}", "€": "EUR", "⁄": "/",
    "ϵ": r"$\epsilon$", "ε": r"$\epsilon$", UNBROKEN: "~",
}  # fmt: skip
"""What would be a command, or stands in LaTeX's fonts under another name -> how it is written."""

AS_IT_IS = re.compile("[ -~À-ÖØ-öø-ĥĨ-ķĹ-ľŁ-ňŊ-ťŨ-ž]")
"""ASCII, and the letters of Western and Central Europe, all of which the encoding T1 has."""

ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
    "\u0331": "b",
}  # fmt: skip

GREEK = frozenset(
    [
        *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu"),
        *("xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
        *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
    ]
)
"""Letters that have a command of that name in formulas."""

LIKE_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
"""Greek letters that have no command, as they look like these."""

CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяєіїґў",
        (
            *("a", "b", "v", "g", "d", "e", "yo", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t"),
            *("u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", "ye", "i", "yi", "g", "w"),
        ),
        strict=True,
    )
)

LIGATURES = ("--", ",,", "''", "``", "?`", "!`")
"""Characters that become another one, where nothing stands between."""


def latin(text: str) -> str:
    """`text` as LaTeX source in T1. Needs no package."""
    line = unicodedata.normalize("NFC", legible(re.sub(rf"[^\S{UNBROKEN}]", " ", text)))
    out, before = "", ""
    for piece in map(_piece, clusters(line)):
        out += f"{{}}{piece}" if before + piece in LIGATURES else piece
        before = piece
    return out


def _piece(cluster: str) -> str:
    """A letter with its accents, or a sign."""
    if len(cluster) == 1:
        return _sign(cluster)
    letters = unicodedata.normalize("NFD", cluster)
    first = letters[0]
    found = _sign(first)
    for other in letters[1:]:
        if other in ACCENTS and first.isascii() and first.isalpha():
            found = rf"\{ACCENTS[other]}{{{found}}}"
        elif unicodedata.category(other) not in ("Mn", "Me", "Cf"):
            found += _sign(other)
    return found


def _sign(c: str) -> str:
    if c in SPECIAL:
        return SPECIAL[c]
    if AS_IT_IS.fullmatch(c):
        return c
    if c == JOINER or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return ""
    simpler = unicodedata.normalize("NFKD", c)
    if simpler != c:
        return _piece(simpler) if unicodedata.combining(simpler[-1]) else "".join(map(_sign, simpler))
    return _greek(c) or _cyrillic(c) or _named(c)


def _greek(c: str) -> str:
    found = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)", unicodedata.name(c, ""))
    if found is None:
        return ""
    if c in LIKE_LATIN:
        return LIKE_LATIN[c]
    name = "lambda" if found[2] == "LAMDA" else found[2].lower()
    name = name.capitalize() if found[1] == "CAPITAL" else name
    return rf"$\{name}$" if name in GREEK else ""


def _cyrillic(c: str) -> str:
    """In Latin letters; "" of another letter."""
    written = CYRILLIC.get(c.lower())
    if written is None:
        return ""
    return (written.capitalize() if c.isupper() else written) or "{}"


def _named(c: str) -> str:
    """Of a sign its name, of a letter of another script its number."""
    name = unicodedata.name(c, "") if unicodedata.category(c)[0] in "SPN" else ""
    return f"[{name.lower()}]" if name else f"[U+{ord(c):04X}]"
