"""The links that an open chain of gains goes over, for the picture."""

from dataclasses import replace
from itertools import pairwise

from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.choices import LinkRef
from twostroke.gui.model.explain.account import EXPLAINERS
from twostroke.gui.model.explain.chain import path_of
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.learned import key_of
from twostroke.gui.model.explain.quantities import Kind
from twostroke.gui.model.known import known
from twostroke.gui.model.view import ViewState


def links_of_chain(view: ViewState) -> tuple[LinkRef, ...]:
    """From that of the weight, if it is one's chain, to the output. None where no chain is open or its product is not
    known yet; a step along a skip path is no link.
    """
    chain = view.choices.quantity
    if chain is None or chain.kind is not Kind.CHAIN or view.tape is None:
        return ()
    if not known(view, Phase.WEIGHTS, chain.layer):
        return ()
    chain = replace(chain, row=view.row if chain.row is None else chain.row)
    try:
        path = path_of(Facts(view, EXPLAINERS, view.choices.digits), chain)
    except LookupError:  # its parameter is gone
        return ()
    is_weight = key_of(chain) == "weight" and chain.source is not None
    own = [LinkRef(chain.layer, chain.source or 0, chain.unit)] if is_weight else []
    onward = (LinkRef(into, unit, target) for (at, unit), (into, target) in pairwise(path) if into == at + 1)
    return (*own, *onward)
