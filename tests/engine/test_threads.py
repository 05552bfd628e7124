"""One model under many threads, held against ThreadSanitizer: no data race, and every reply as if alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from build_tools import sanitizing, tool

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build/tsan"
HALT = "halt_on_error=0 exitcode=66 report_signal_unsafe=0"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine and its driver with ThreadSanitizer; kept between runs, for only what changed is built again."""
    sanitizing("ThreadSanitizer", "-fsanitize=thread", tmp_path_factory.mktemp("probe"))
    cmake = tool("cmake")
    options = ["-DCMAKE_BUILD_TYPE=Release", "-DLILA_SANITIZE=thread", "-DLILA_CHECK_THREADS=ON"]
    run([cmake, "-S", ROOT, "-B", BUILD, "-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}", *options])
    run([cmake, "--build", BUILD, "--target", "check_threads"])
    return BUILD / "engine/check_threads"


def run(command: list[Any]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q4_0"])
def test_sessions_of_many_threads_share_a_model_without_a_race(
    kind: str, driver: Path, make_model: Any
) -> None:
    path = make_model(kind).path
    done = subprocess.run(
        [str(driver), str(path), "5", "6"],
        capture_output=True,
        text=True,
        timeout=500,
        env={**os.environ, "TSAN_OPTIONS": HALT},
    )
    assert "WARNING: ThreadSanitizer" not in done.stderr, done.stderr[:6000]
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout
    counted = re.fullmatch(r"replies=30 cancelled=(\d+) differences=0\n", done.stdout)
    assert counted, done.stdout
    assert int(counted[1]) > 0  # some were cut between two steps, and answered all the same


def test_the_driver_sees_a_race_where_there_is_one(tmp_path: Path) -> None:
    """The sanitizer that finds nothing above finds this."""
    source = tmp_path / "race.c"
    source.write_text(
        "#include <pthread.h>\nstatic int n;\n"
        "static void *add(void *x) { for (int i = 0; i < 10000; i++) n++; return x; }\n"
        "int main(void) { pthread_t t; pthread_create(&t, 0, add, 0); add(0); pthread_join(t, 0); return 0; }\n"
    )
    binary = tmp_path / "race"
    compiler = shutil.which("cc") or tool("gcc")
    made = subprocess.run([compiler, "-g", "-fsanitize=thread", str(source), "-o", str(binary), "-pthread"])
    if made.returncode:
        pytest.skip("the compiler has no ThreadSanitizer")
    done = subprocess.run([str(binary)], capture_output=True, text=True, env={"TSAN_OPTIONS": HALT})
    if "FATAL" in done.stderr:
        pytest.skip(f"ThreadSanitizer doesn't run here: {done.stderr.strip()[-200:]}")
    assert "data race" in done.stderr
    assert done.returncode == 66
