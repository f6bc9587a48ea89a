"""Text that is no JSON: where it goes wrong, why, and what to do, for who writes a session by hand."""

import json

QUOTES = "'‘’‚“”„«»`"
NO_COMMENTS = "JSON has no comments: take it out"
CUT = "is it cut short?"


def told(error: json.JSONDecodeError) -> str:
    """The end of a sentence that says so, with its point or question mark."""
    if not error.doc.strip():
        return f"the file is empty; {CUT}"
    place = f"line {error.lineno:,}, column {error.colno:,} is not JSON"
    rest = error.doc[error.pos :]
    cut = not rest.strip() or error.msg.startswith("Unterminated") or not rest[:4].replace("\n", "").isprintable()
    return f"{place}; {CUT}" if cut else f"{place}; {_advice(error, rest)}."


def _advice(error: json.JSONDecodeError, rest: str) -> str:
    before = error.doc[: error.pos].rstrip()
    if rest[0] in "}]":
        return "take out the comma before it" if before.endswith(",") else f"a value is missing before {rest[0]}"
    if rest[0] in QUOTES:
        return f'keys and texts stand in double quotes ("), not in {rest[0]}'
    if rest.startswith(("//", "/*", "#")):
        return NO_COMMENTS
    if rest.startswith(("True", "False", "None")):
        return "true, false and null are written so"
    if not before:
        return "expected {, with which it begins"
    return next(advice for start, advice in _ADVICE.items() if error.msg.startswith(start))


_ADVICE = {
    "Extra data": "all has ended before it: take out what follows, or a brace before it",
    "Expecting ','": "expected a comma before it",
    "Expecting ':'": "expected a colon before it",
    "Expecting property name": 'expected a key in double quotes (")',
    "Invalid control character": 'a text ends on its line, and a quotation mark (") is missing',
    "Invalid \\": r"a backslash is written \\; a path takes / as well",
    "": "expected a number, a text in double quotes, true, false, null, [ or {",
}
"""By the beginnings of what Python says."""
