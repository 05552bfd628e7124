"""The README's annotated tree is the tree, and the packages' public names are the ones agreed on."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("engine", "memory", "voice", "training_log", "lila")
LINE = re.compile(r"^(?P<lead>[ │├└─]*)(?P<names>[\w./*,{} -]+?)(?:\s{2,}|\s+#|\s*$)")

PUBLIC = {
    "engine": [
        "ChatTemplate", "Constraint", "Decoded", "EngineError", "Grammar", "Model", "Sampling", "Session",
        "Tokenizer", "compile_constraint",
    ],
    "memory": ["LilaMemoryError", "Memory", "OpContext", "Outcome", "Recalled", "Store"],
    "training_log": [
        "Entry", "Journal", "OpRecord", "Problem", "PromptPart", "SignalRecord", "ToolRecord", "TrainingLogError",
        "TurnRecord", "VerifyReport", "new_id",
    ],
    "voice": [],
}  # fmt: skip


def tree() -> list[str]:
    """The lines of the README's tree: the one fenced block that names the top-level packages."""
    blocks = re.findall(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    found = [block for block in blocks if all(f"{part}/" in block for part in PARTS)]
    assert len(found) == 1, "the README needs one tree that names every part"
    return [line for line in found[0].splitlines() if line.strip()]


def named() -> Iterator[str]:
    """Every path in the tree, relative to the root; a name's folder is the one that is less indented before it."""
    above: list[tuple[int, str]] = []
    for line in tree():
        match = LINE.match(line)
        assert match, line
        depth = len(match["lead"])
        while above and above[-1][0] >= depth:
            above.pop()
        folder = above[-1][1] if above else ""
        for name in re.split(r",\s*|\s+", match["names"].strip()):
            path = f"{folder}{name}"
            if path not in ("", ".", "./", "lila.git/"):
                yield path
        if match["names"].strip().endswith("/"):
            above.append((depth, f"{folder}{match['names'].strip()}"))


def packages() -> Iterator[str]:
    for part in PARTS:
        for init in sorted((ROOT / part).rglob("__init__.py")):
            yield f"{init.parent.relative_to(ROOT)}/"


def test_every_path_in_the_readme_exists() -> None:
    missing = [path for path in named() if not any(ROOT.glob(path.rstrip("/")))]
    assert not missing


@pytest.mark.parametrize("package", sorted(set(packages()) - {"engine/_native/"}))
def test_every_package_is_in_the_readme(package: str) -> None:
    assert package in set(named())


@pytest.mark.parametrize("part", PUBLIC)
def test_the_public_names_are_the_ones_agreed_on(part: str) -> None:
    module = importlib.import_module(part)
    assert sorted(module.__all__) == sorted(PUBLIC[part])
    for name in module.__all__:
        assert getattr(module, name)
