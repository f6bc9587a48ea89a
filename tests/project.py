"""The project's own files, and what is in them; for the tests of its rules."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("engine", "gui", "resources")
BINARY = (".ttf", ".png", ".webp", ".npz", ".keras", ".mp4", ".gif", ".pdf")


def sources(*folders: str) -> list[Path]:
    """All Python files below the folders, each of which has some: a rule about a folder that moved guards nothing."""
    found = {folder: sorted((ROOT / folder).rglob("*.py")) for folder in folders}
    assert all(found.values()), f"no Python files below {', '.join(f for f, paths in found.items() if not paths)}"
    return sorted(path for paths in found.values() for path in paths)


def module_of(path: Path) -> str:
    """The name under which a file of the project is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(("twostroke", *(parts[:-1] if parts[-1] == "__init__" else parts)))


def imported(path: Path) -> Iterator[str]:
    """What a file imports, as full names: `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(path: Path) -> Iterator[str]:
    """Names of everything a file calls: `f` of `f()` and of `a.f()`, and classes it derives from."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        targets = [node.func] if isinstance(node, ast.Call) else node.bases if isinstance(node, ast.ClassDef) else []
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id
            elif isinstance(target, ast.Attribute):
                yield target.attr


def within(name: str, allowed: tuple[str, ...]) -> bool:
    """Whether `name` is one of the allowed modules or inside it."""
    return any(name == item or name.startswith(item + ".") for item in allowed)


def text_files() -> Iterator[Path]:
    """All text files of the project itself."""
    hidden = {".ci/run", ".gitignore"}
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        top = name.split("/")[0]
        if not path.is_file() or (top.startswith(".") and name not in hidden) or "__pycache__" in name:
            continue
        if top in ("build", "dist", "twostroke.egg-info") or path.suffix in BINARY:
            continue
        yield path
