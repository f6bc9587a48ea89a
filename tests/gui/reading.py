"""Numbers as a reader takes them from the screen."""

BACK = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def read(text: str) -> float:
    """A number as a reader takes it; a negative factor stands in brackets."""
    text = text[1:-1] if text.startswith("(−") and text.endswith(")") else text
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(BACK) or 0)


def holds(found: float, told: str) -> bool:
    """Whether `found`, written with as many decimals as `told`, is what is told."""
    mantissa, _, power = told.partition("·10")
    last = 10.0 ** (int(power.translate(BACK) or 0) - len(mantissa.partition(".")[2]))
    return abs(found - read(told)) <= 0.5 * last * (1 + 1e-9)
