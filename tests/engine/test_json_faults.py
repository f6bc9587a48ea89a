"""Why a session that somebody wrote by hand is no JSON: told so that it can be mended."""

from pathlib import Path

import pytest

from tests.engine.test_files import BARE, file_with, refusal


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"// mine\n{BARE}", "line 1, column 1 is not JSON; JSON has no comments: take it out."),
        (f"{BARE[:-1]},}}", "line 1, column 46 is not JSON; take out the comma before it."),
        (
            BARE.replace('"', "'"),
            "line 1, column 2 is not JSON; keys and texts stand in double quotes (\"), not in '.",
        ),
        (
            f"{BARE} x",
            "line 1, column 47 is not JSON; all has ended before it: take out what follows, or a brace before it.",
        ),
        (f"{BARE[:-1]} 7}}", "line 1, column 46 is not JSON; expected a comma before it."),
        (
            f'{BARE[:-1]}, "gates": {{"forward": True}}}}',
            "line 1, column 68 is not JSON; true, false and null are written so.",
        ),
        (
            f'{BARE[:-1]}, "data": {{"path": "C:\\data"}}}}',
            "line 1, column 67 is not JSON; a backslash is written \\\\; a path takes / as well.",
        ),
        (f'{BARE[:-1]}, "data": }}', "line 1, column 55 is not JSON; a value is missing before }."),
        ("hello", "line 1, column 1 is not JSON; expected {, with which it begins."),
    ],
)
def test_what_is_wrong_and_what_to_do(tmp_path: Path, content: str, told: str) -> None:
    assert refusal(file_with(tmp_path, content)) == f"cannot be read: {told}"
