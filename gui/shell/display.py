"""Whether a window can be opened here. Qt ends the process where it cannot, before any sentence could be said."""

import os
import re
import socket
import sys

PATIENCE = 2.0  # seconds until a remote display counts as missing


def has_display() -> bool:
    """Whether there is a screen of a kind that Qt was told to take, if any, or it was told to do without."""
    told = {name.partition(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";")} - {""}
    asked = {name for name in told if name.startswith(("xcb", "wayland"))}
    if sys.platform in ("win32", "darwin") or told - asked:
        return True
    if os.environ.get("WAYLAND_DISPLAY") and asked != {"xcb"}:
        return True
    return (not asked or "xcb" in asked) and _x11_answers(os.environ.get("DISPLAY", ""))


def _x11_answers(display: str) -> bool:
    """Whether an X server listens at HOST:NUMBER.SCREEN; without a host at a socket file of this machine."""
    parts = re.fullmatch(r"(.*):(\d+)(\.\d+)?", display)
    if parts is None:
        return False
    host, number = parts[1], int(parts[2])
    if host in ("", "unix"):
        return any(_listens(name) for name in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"))
    try:
        socket.create_connection((host, 6000 + number), PATIENCE).close()
    except OSError:
        return False
    return True


def _listens(name: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PATIENCE)
        return client.connect_ex(name) == 0
