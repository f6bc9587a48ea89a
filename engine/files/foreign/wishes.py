"""What whoever opens a file says of it, where the file itself does not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """Empty where nothing is said: then there is a guess, and a sentence that tells it."""

    activation: str = ""  # of the hidden layers
    output: str = ""  # of the output layer
    data: str = ""  # the name of a dataset, or a file with a table or arrays
