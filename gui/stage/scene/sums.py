"""The order in which a sum fills up: term by term, in the order of the units it comes from."""

import numpy as np

from twostroke.gui.stage.scene.easing import parts, smooths
from twostroke.gui.stage.scene.items import Floats

LAST_START = 0.58
JOURNEY = 0.34
BIAS_AT = 0.96


def term_starts(terms: int) -> Floats:
    """When each term's pulse sets out, as a share of the phase, (terms,)."""
    return np.arange(terms) / max(terms - 1, 1) * LAST_START


def travelled(fraction: float, terms: int) -> Floats:
    """How much of its way each term has gone, 0 to 1, (terms,)."""
    starts = term_starts(terms)
    return smooths(parts(fraction, starts, starts + JOURNEY))


def arrived(fraction: float, terms: int) -> Floats:
    """1 for each term that has come in, else 0, (terms,)."""
    done: Floats = (fraction >= term_starts(terms) + JOURNEY - 1e-9).astype(np.float64)
    return done


def last_arrival(fraction: float, terms: int) -> float:
    """When, up to that share of the phase, a term came in last, or the bias: what is summed is the same since then."""
    if fraction >= BIAS_AT:
        return BIAS_AT
    ends = term_starts(terms) + JOURNEY
    come = int(np.count_nonzero(fraction >= ends - 1e-9))
    return float(ends[come - 1]) if come else 0.0


def partial_z(weight: Floats, a: Floats, z: Floats, fraction: float) -> Floats:
    """The sum so far in each neuron, (out,): the terms w · a that have come in, the bias at the end; then exactly z.

    Between the sum and z a layer may have a normalizer and a skip path; they work at the end, with the bias.
    """
    if fraction >= BIAS_AT:
        return z
    out: Floats = weight @ (a * arrived(fraction, len(a)))
    return out


def partial_upstream(weight: Floats, delta: Floats, whole: Floats, fraction: float, by_skip: bool = False) -> Floats:
    """The gradient so far behind the layer before, (in,): the terms w · δ that have come back; in the end `whole`.

    `by_skip`: a part of `whole` has come over a skip path, from a layer further on, and is there from the beginning.
    """
    if fraction >= LAST_START + JOURNEY:
        return whole
    out: Floats = (delta * arrived(fraction, len(delta))) @ weight
    return out + (whole - delta @ weight) if by_skip else out
