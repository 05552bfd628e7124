"""The wheel: built, installed with its core dependencies into an empty environment, and run from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(900)  # the build and an installation, on a machine that may be busy

ROOT = Path(__file__).parent.parent
INSIDE = (
    "engine/_native/liblila_engine.so",
    "engine/py.typed",
    "lila/configs/default.toml",
    "lila/configs/modes.toml",
    "lila/configs/personas/lila.md",
    "lila/models/lila-nano.gguf",
    "lila/confidence.json",
    "memory/store.py",
    "training_log/journal.py",
    "voice/__init__.py",
)


def clean_environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LILA_", "PYTHON"))}
    return kept | {"LILA_HOME": str(home)}


def run(*command: str | Path, cwd: Path, **more: Any) -> str:
    done = subprocess.run(
        [str(each) for each in command], cwd=cwd, capture_output=True, text=True, timeout=600, **more
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps")
    build_dir = f"--config-settings=build-dir={folder / 'build'}"
    run(*pip, build_dir, "--wheel-dir", folder, ROOT, cwd=folder)
    return next(folder.glob("lila-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that holds the wheel and its core dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    environment = clean_environment(folder)
    pip = (
        folder / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--constraint",
        ROOT / "constraints.txt",
    )
    run(*pip, wheel, cwd=folder, env=environment)
    return folder / "bin"


def test_it_holds_what_lila_needs_and_no_source_of_the_engine(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not set(INSIDE) - set(names)
    assert not [name for name in names if name.endswith((".c", ".h", ".S", ".o", "CMakeLists.txt"))]
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]
    assert "none" in wheel.name, "nothing of CPython is compiled in"


def test_a_conversation_can_be_had_from_another_folder(installed: Path, tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "home")
    said = run(installed / "lila", "ask", "--json", "hello", cwd=tmp_path, env=environment)
    reply = json.loads(said)
    assert reply["text"]
    assert reply["backend"] == "native"
    run(installed / "lila", "ask", "my door code is 4821", cwd=tmp_path, env=environment)
    known = json.loads(run(installed / "lila", "memory", "list", "--json", cwd=tmp_path, env=environment))
    assert [each["text"] for each in known] == ["your door code is 4821"]


def test_the_doctor_finds_everything_that_the_core_needs(installed: Path, tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "home")
    report = json.loads(run(installed / "lila", "doctor", "--json", cwd=tmp_path, env=environment))
    assert report["healthy"] is True
    assert report["chain"][0]["state"] == "answers"
    assert report["engine"]["problem"] == ""
    assert {each["version"] for each in report["packages"]} == {""}, "the core installs without any extra"
    assert run(installed / "lila", "--version", cwd=tmp_path, env=environment).startswith("lila 0.")
