"""What depends on one frozen object is kept with it: a film shows the same object in many frames, and most of each
frame is as in the one before. Threads may share what is kept: at worst they make it twice."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def once(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, computed once for each object and each further argument, and forgotten with the object.

    Objects are compared by identity, as frozen dataclasses with `eq=False` are; further arguments are hashable.
    Neither they nor the result may refer to the object: it would never be forgotten.
    """
    known: WeakKeyDictionary[T, dict[Hashable, R]] = WeakKeyDictionary()

    @wraps(function)
    def kept(thing: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        results = known.setdefault(thing, {})
        key = (args, tuple(kwargs.items()))
        if key not in results:
            results[key] = function(thing, *args, **kwargs)
        return results[key]

    return kept


LAST = 2
"""What was asked for last: by the window, and by an export beside it."""


def lately(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, computed anew only where the further arguments are not those of one of the last calls for the object.

    For what also depends on the moment. As for `once`, but further arguments need only be comparable.
    """
    known: WeakKeyDictionary[T, list[tuple[object, R]]] = WeakKeyDictionary()

    @wraps(function)
    def kept(thing: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        results, asked = known.setdefault(thing, []), (args, kwargs)
        for before, result in results:
            if before == asked:
                return result
        made = function(thing, *args, **kwargs)
        results[:] = [(asked, made), *results[: LAST - 1]]
        return made

    return kept
