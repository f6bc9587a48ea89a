"""Chromium without a screen, driven over a pipe by its own protocol (DevTools): nothing else has to be installed."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QImage

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
KEYS = {
    "ArrowRight": (39, ""),
    "ArrowLeft": (37, ""),
    "Home": (36, ""),
    "End": (35, ""),
    " ": (32, " "),
}


def installed() -> str | None:
    """Where it is; None where it is not."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium(folder: Path) -> Iterator["Browser"]:
    """A browser with a profile of its own in `folder`."""
    program = installed()
    assert program is not None
    to_read, our_writing = os.pipe()
    our_reading, to_write = os.pipe()
    command = f'exec "$0" "$@" 3<&{to_read} 4>&{to_write}'
    started = subprocess.Popen(
        ["bash", "-c", command, program, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        pass_fds=(to_read, to_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(to_write)
    browser = Browser(our_reading, our_writing)
    try:
        browser.attach()
        yield browser
    finally:
        os.close(our_writing)
        try:
            started.wait(10.0)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()
        os.close(our_reading)


class Browser:
    """One page of it. What it said and asked for is in `said` and `requests`."""

    def __init__(self, reading: int, writing: int) -> None:
        self.said: list[str] = []
        self.requests: list[str] = []
        self._reading, self._writing = reading, writing
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self._loaded = False

    def attach(self) -> None:
        """Take hold of its page."""
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def open(self, address: str) -> None:
        """Load a page, and wait until all that it needs is there."""
        self._loaded = False
        self.call("Page.navigate", url=address)
        end = time.monotonic() + PATIENCE
        while not self._loaded and time.monotonic() < end:
            self._next()
        assert self._loaded, f"{address} did not load within {PATIENCE:g} s"

    def resize(self, width: int, height: int, dots: float = 1.0) -> None:
        """As large as that, in its own pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=dots, mobile=False
        )

    def prefer(self, **features: str) -> None:
        """What a user has asked of all pages, such as prefers_reduced_motion="reduce"."""
        asked = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", features=asked)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript; waited for, where it is a promise."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until that is so."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"{expression} did not come true within {PATIENCE:g} s"
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """A key, down and up."""
        code, text = KEYS[key]
        told = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        self.call("Input.dispatchKeyEvent", type="keyDown", **told)
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def drag(self, start: float, end: float, y: float = 200.0) -> None:
        """From left to right or back, with the first button held."""
        for kind, x in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self) -> np.ndarray:
        """What is seen, (height, width, 3)."""
        return pixels(self.call("Page.captureScreenshot", format="png")["data"])

    def canvas(self) -> np.ndarray:
        """What is painted on the page's canvas, (height, width, 3)."""
        return pixels(self.evaluate("document.querySelector('canvas').toDataURL()").split(",", 1)[1])

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser answers."""
        self._number += 1
        number = self._number
        asked = {"id": number, "method": method, "params": parameters}
        if self._session is not None:
            asked["sessionId"] = self._session
        os.write(self._writing, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == number:
                assert "error" not in told, f"{method}: {told['error']}"
                return told["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = os.read(self._reading, 1 << 20)
            assert read, "Chromium ended"
            self._rest += read
        message, self._rest = self._rest.split(b"\0", 1)
        told: dict[str, Any] = json.loads(message)
        self._note(told.get("method"), told.get("params", {}))
        return told

    def _note(self, method: str | None, told: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            self.said.append(json.dumps(told))


def pixels(data: str) -> np.ndarray:
    """Those of a PNG in base64."""
    image = QImage.fromData(base64.b64decode(data)).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
