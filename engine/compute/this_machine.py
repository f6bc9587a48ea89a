"""What figures of speed were taken on: the processor, and what makes the code that runs there."""

import platform
from importlib.metadata import version
from pathlib import Path

from twostroke.engine.compute.jit_cache import fingerprint


def processor() -> str:
    """The processor's name, as far as the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown"


def versions() -> dict[str, str]:
    """What the speed of compiled code depends on, besides the processor."""
    libraries = {name: version(name) for name in ("numba", "llvmlite")}
    return {"kernels": fingerprint(), "python": platform.python_version(), **libraries}
