"""Model files that change or shrink while they are open: an error with words, never a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model
from engine.binding import ffi, lib
from engine.errors import MalformedFile, Unavailable
from engine.gguf import GgufFile

ROOT = Path(__file__).parents[2]
PROMPT = [1, 5, 9, 200]


def built(target: Path, *flags: str) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    sources = [
        "tests/engine/native/check_watch.c",
        "engine/src/watch.c",
        "engine/src/mapped_file.c",
        "engine/src/errors.c",
    ]
    command = [
        compiler,
        "-std=gnu11",
        "-O1",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pthread",
        *flags,
        "-o",
        str(target),
    ]
    command += [f"-I{ROOT / 'engine' / part}" for part in ("include", "src")]
    done = subprocess.run(
        [*command, *(str(ROOT / source) for source in sources)], capture_output=True, text=True
    )
    if "tsan" in done.stderr:
        pytest.skip("the compiler has no ThreadSanitizer")
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("watch") / "check_watch")


def ran(program: Path, case: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), case, str(folder)], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("case", ["shrunk", "written", "cut-while-opening", "threads"])
def test_mapped_files(case: str, program: Path, tmp_path: Path) -> None:
    done = ran(program, case, tmp_path)
    assert (done.returncode, done.stdout) == (0, "ok\n")


def test_threads_that_fault_at_once_race_for_nothing(tmp_path: Path) -> None:
    program = built(tmp_path / "check_watch_threads", "-g", "-fsanitize=thread")
    done = ran(program, "threads", tmp_path)
    if "FATAL: ThreadSanitizer" in done.stderr:
        pytest.skip(f"ThreadSanitizer doesn't run here: {done.stderr.strip()[-200:]}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok\n", "")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("foreign", -signal.SIGBUS),
        ("foreign-closed", -signal.SIGBUS),
        ("foreign-handler", 40),
        ("foreign-simple", 42),
        ("foreign-ignored", -signal.SIGBUS),
        ("foreign-later", -signal.SIGBUS),
    ],
)
def test_what_is_not_ours_goes_to_whom_it_went_before(
    case: str, status: int, program: Path, tmp_path: Path
) -> None:
    done = ran(program, case, tmp_path)
    assert done.returncode == status, done.stdout
    assert done.stdout == ("restored " if case == "foreign-later" else "")


# ---- whole models

LARGE = {"embedding": 256, "feed_forward": 512, "layers": 3, "context": 512}
"""Some megabytes, so that most of the file is mapped."""


@pytest.fixture
def path(make_model: Any, tmp_path: Path) -> Path:
    """A file of this test's own, written long enough ago for its time to differ from now."""
    copy = tmp_path / "model.gguf"
    copy.write_bytes(make_model("Q8_0", **LARGE).path.read_bytes())
    os.utime(copy, (1e9, 1e9))
    return copy


def cut(path: Path) -> None:
    os.truncate(path, 40_000)


def write_inside(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-500, os.SEEK_END)
        file.write(b"other weights")


def rewrite(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-500] + bytes(500))


@pytest.mark.parametrize("panels", ["off", "on"])
@pytest.mark.parametrize(
    ("change", "words"), [(cut, "found 40000"), (write_inside, "written to"), (rewrite, "written to")]
)
def test_a_change_is_an_error_of_the_next_step(
    change: Callable[[Path], None], words: str, panels: Any, path: Path
) -> None:
    with Model.open(path, panels=panels, threads=2) as model, model.session() as session:
        session.prefill(PROMPT)
        before = session.explain().resident
        change(path)
        with pytest.raises(Unavailable, match=rf"model\.gguf changed while it was open.*{words}"):
            session.prefill([7, 8])
        with pytest.raises(Unavailable):
            list(session.decode(max_tokens=3))
        assert session.explain().resident == before and session.explain().fatal is None
        with model.session() as other, pytest.raises(Unavailable):
            other.prefill(PROMPT)
        assert model.metadata["general.architecture"] == "llama"  # is in memory
        assert model.tokenizer.encode("hello", add_bos=False)


def replace(path: Path) -> None:
    path.with_suffix(".new").write_bytes(b"something else")
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("change", [replace, Path.unlink, lambda path: path.chmod(0o600), Path.touch])
def test_another_file_under_its_name_does_no_harm(change: Callable[[Path], None], path: Path) -> None:
    with Model.open(path, threads=1) as model, model.session() as session, model.session() as undisturbed:
        undisturbed.prefill(PROMPT)
        change(path)
        if change is Path.touch:  # could be a change: the file says no more
            with pytest.raises(Unavailable, match="written to"):
                session.prefill(PROMPT)
            return
        session.prefill(PROMPT)
        np.testing.assert_array_equal(session.logits(), undisturbed.logits())


def test_tensors_of_a_file_that_shrank_read_as_zeros(path: Path) -> None:
    """This reads beyond the end of the file, which no step does on purpose."""
    file = GgufFile(path)
    entry = ffi.new("lila_tensor_info *")
    lib.lila_gguf_tensor_at(file.handle, lib.lila_gguf_tensor_count(file.handle) - 1, entry)
    assert any(bytes(ffi.buffer(entry.data, entry.size)))
    cut(path)
    assert not any(bytes(ffi.buffer(entry.data, entry.size)))


def shrinks_during(path: Path, work: Callable[[], object]) -> list[str]:
    """What three threads that do `work` over and over until it fails are told when the file is cut meanwhile."""
    told: list[str] = []
    started = threading.Barrier(4)

    def until_it_fails() -> None:
        started.wait()
        try:
            while True:
                work()
        except (Unavailable, MalformedFile) as error:  # or it is opened again, and too short
            told.append(str(error))

    threads = [threading.Thread(target=until_it_fails) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait()
    time.sleep(0.05)
    cut(path)
    for thread in threads:
        thread.join()
    return told


@pytest.mark.parametrize("panels", ["off", "on"])
def test_sessions_that_run_meanwhile(panels: Any, path: Path) -> None:
    with Model.open(path, panels=panels, threads=3) as model:

        def converse() -> None:
            with model.session() as session:
                session.prefill([1, *range(3, 300)])

        told = shrinks_during(path, converse)
        assert len(told) == 3 and all("changed while it was open" in sentence for sentence in told)


def test_files_that_shrink_while_they_are_opened(path: Path) -> None:
    """Packing reads every weight. What is kept of it is never of zeros."""
    (cache := path.parent / "cache").mkdir()
    content = path.read_bytes()

    def opens() -> None:
        for kept in cache.glob("*.panels"):
            kept.unlink(missing_ok=True)
        with Model.open(path, panels="on", threads=2, cache=cache):
            pass

    for _ in range(4):
        path.write_bytes(content)
        assert len(shrinks_during(path, opens)) == 3
    path.write_bytes(content)
    with Model.open(path, panels="on", cache=cache) as model, model.session() as session:
        session.prefill(PROMPT)
        with Model.open(path, panels="on") as plain, plain.session() as expected:
            expected.prefill(PROMPT)
            np.testing.assert_array_equal(session.logits(), expected.logits())


WITH_FAULTHANDLER = """
import faulthandler, os, sys
early, late, path = sys.argv[1] == "early", sys.argv[1] == "late", sys.argv[2]
if early:
    faulthandler.enable()
from engine.binding import ffi, lib
from engine.gguf import GgufFile
from engine import Model
file = GgufFile(path)
if late:
    faulthandler.enable()
with Model.open(path, threads=2) as model:
    entry = ffi.new("lila_tensor_info *")
    lib.lila_gguf_tensor_at(file.handle, lib.lila_gguf_tensor_count(file.handle) - 1, entry)
    os.truncate(path, 40_000)
    print(any(bytes(ffi.buffer(entry.data, entry.size))), flush=True)
import mmap
with open(path, "r+b") as other:
    view = mmap.mmap(other.fileno(), 0)
    os.truncate(path, 0)
    view[5]
"""


@pytest.mark.parametrize("when", ["early", "late", "never"])
def test_pythons_faulthandler_still_tells_of_other_faults(when: str, path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITH_FAULTHANDLER, when, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "False\n", done.stderr
    assert done.returncode == -signal.SIGBUS
    assert done.stderr.count("Fatal Python error: Bus error") == (when != "never")
