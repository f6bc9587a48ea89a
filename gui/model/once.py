"""What depends on one frozen object alone is computed once, however many frames of a film show that object."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def once(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, computed once for each object and each further argument, and forgotten with the object.

    Objects are compared by identity, as frozen dataclasses with `eq=False` are; further arguments are hashable. The
    result must not refer to the object.
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
