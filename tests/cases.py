"""How many cases hypothesis tries: as many as a test asks for, and many times as many in `make fuzz`."""

import os
from typing import Any

from hypothesis import settings

TIMES = int(os.environ.get("TWOSTROKE_CASES", "1"))


def cases(count: int, **rest: Any) -> settings:
    """Hypothesis' settings for a test that usually tries `count` cases; `rest` are further ones."""
    return settings(max_examples=count * TIMES, **rest)
