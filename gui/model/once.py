"""What depends on one frozen object is kept with it: a film shows the same object in many frames, and most of each
frame is as in the one before. Threads may share what is kept: at worst they make it twice.

It lies among the object's own attributes, as `functools.cached_property` has it: of one frame some hundred things are
asked for, and a dictionary with weak keys took longer to look them up than most take to be made.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")

_NOTHING: Any = object()


def once(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, computed once for each object and each further argument, and forgotten with the object.

    Objects are compared by identity, as frozen dataclasses with `eq=False` are; further arguments are hashable.
    Neither they nor the result may refer to the object: it would be forgotten late.
    """
    name = _name_of(function)

    @wraps(function)
    def kept(thing: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        results: dict[Hashable, R] = thing.__dict__.setdefault(name, {})
        key = (args, *kwargs.items()) if kwargs else args
        found: R = results.get(key, _NOTHING)
        if found is _NOTHING:
            found = results[key] = function(thing, *args, **kwargs)
        return found

    return kept


def _name_of(function: Callable[..., object]) -> str:
    """No name that a class could give to an attribute."""
    return f"{function.__module__} {function.__qualname__}"


LAST = 2
"""What was asked for last: by the window, and by an export beside it."""


def lately(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
    """`function`, computed anew only where the further arguments are not those of one of the last calls for the object.

    For what also depends on the moment. As for `once`, but further arguments need only be comparable.
    """
    name = _name_of(function)

    @wraps(function)
    def kept(thing: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
        results: list[tuple[object, R]] = thing.__dict__.setdefault(name, [])
        asked = args, kwargs
        for before, result in results:
            if before == asked:
                return result
        made = function(thing, *args, **kwargs)
        results[:] = [(asked, made), *results[: LAST - 1]]
        return made

    return kept
