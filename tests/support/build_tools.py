"""What builds the engine's native checks, or the reason why a test can't."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["sanitizing", "tool"]


def tool(name: str) -> str:
    """A program beside the interpreter or on the path."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"no {name} to build the engine with")
    return found


def sanitizing(name: str, flag: str, folder: Path) -> list[str]:
    """The compiler and the flag of a sanitizer, whose programs run: one was made in `folder` and tried."""
    compiler, probe = [shutil.which("cc") or tool("gcc"), flag], str(folder / "probe")
    source = "int main(void){return 0;}"
    made = subprocess.run([*compiler, "-xc", "-", "-o", probe], input=source, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"the compiler has no {name}: {made.stderr.strip()[-200:]}")
    ran = subprocess.run([probe], capture_output=True, text=True)
    if ran.returncode:
        pytest.skip(f"{name} doesn't run here: {ran.stderr.strip()[-200:]}")
    return compiler
