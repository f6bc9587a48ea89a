"""PySide does not read the source of what is imported; that took a sixth of the time until the network is shown.

It reads that of each module, Numba's 400 and our own, and looks for its own name: such a module could ask for other
spellings of Qt's (`from __feature__ import snake_case`). None does here. What has no source, PySide passes over too.
"""

import sys


def leave_unread() -> None:
    """From now on, where PySide is there and still does so. Imports no Qt."""
    feature = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", lambda module: False)  # noqa: B010 - which no stub declares
