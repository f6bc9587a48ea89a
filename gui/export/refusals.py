"""What can go wrong with an export: asked for wrongly, or failed at work. Each message is a sentence for the user."""


class ExportRequestError(ValueError):
    """An export that cannot be made as asked: nothing was begun.

    The sentence begins with a `thing`, as windows call it; `option` is what stands there on the command line.
    """

    def __init__(self, sentence: str, thing: str = "", option: str = "") -> None:
        super().__init__(sentence)
        self.thing, self.option = thing, option


def as_typed(error: Exception) -> str:
    """The sentence for who typed options."""
    if not isinstance(error, ExportRequestError) or not error.thing:
        return str(error)
    return error.option + str(error).removeprefix(error.thing)


class ExportError(Exception):
    """An export that failed at work: nothing was left behind."""
