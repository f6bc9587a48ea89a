"""What can go wrong with an export: asked for wrongly, or failed at work. Each message is a sentence for the user."""


class ExportRequestError(ValueError):
    """An export that cannot be made as asked: nothing was begun."""


class ExportError(Exception):
    """An export that failed at work: nothing was left behind."""
