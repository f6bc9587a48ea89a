"""One folder for all that a test tries: each try takes the place of the one before."""

import tempfile
from collections.abc import Iterator

import pytest

from tests.fuzz.trial import Trial


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Files are put there and read; what is temporary goes into a folder of its own meanwhile."""
    found = Trial(tmp_path_factory.mktemp("fuzz"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(found.temporary))
        yield found
