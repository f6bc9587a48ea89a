"""What is wrong with a dataset of one's own: the setting that has to change, and a sentence for the user."""


class DataProblem(ValueError):
    """Data that cannot be used. `key` names the setting of `data` it is about; `text` is a sentence without its end."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(f"data.{key}: {text}" + ("" if text.endswith("?") else "."))
        self.key = key
        self.text = text
