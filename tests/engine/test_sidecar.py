"""The cache of packed weights: read back as written, refused when it isn't the model's, whole at every moment."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Model

ROOT = Path(__file__).parents[2]
DATA = 4096
"""Where the panels of so few matrices begin."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


@pytest.fixture
def source(make_model: Any, tmp_path: Path) -> Path:
    """A model file of this test's own, which has been there for longer than a file's clock ticks."""
    path = tmp_path / "model.gguf"
    path.write_bytes(make_model("Q8_0").path.read_bytes())
    time.sleep(0.1)
    return path


def opened(path: Path, folder: Path, **options: Any) -> tuple[str, str, np.ndarray]:
    """How the cache was used, the note, and logits."""
    chosen: dict[str, Any] = {"panels": "on", "threads": 2, "cache": folder} | options
    with Model.open(path, **chosen) as model, model.session() as session:
        session.prefill([1, 5, 9, 200])
        return model.cache, model.cache_note, session.logits()


def kept(folder: Path) -> Path:
    """The one file of panels; beside it there may be its receipt and nothing else."""
    (file,) = folder.glob("*.panels")
    assert set(folder.iterdir()) <= {file, receipt(folder)}
    return file


def receipt(folder: Path) -> Path:
    (file,) = folder.glob("*.panels")
    return file.with_suffix(".seen")


def test_what_was_written_is_read(source: Path, folder: Path) -> None:
    cache, note, plain = opened(source, folder, cache=None)
    assert (cache, note) == ("unused", "")
    cache, note, first = opened(source, folder)
    assert (cache, note) == ("written", "")
    before = kept(folder).read_bytes()
    cache, note, second = opened(source, folder)
    assert (cache, note) == ("read", "")
    assert kept(folder).read_bytes() == before
    assert kept(folder).stat().st_mode & 0o777 == 0o600
    np.testing.assert_array_equal(first, plain)
    np.testing.assert_array_equal(second, plain)


def test_no_panels_no_file(make_model: Any, folder: Path) -> None:
    assert opened(make_model("F32").path, folder)[0] == "unused"
    assert opened(make_model("Q8_0").path, folder, panels="off")[0] == "unused"
    assert not list(folder.iterdir())


@pytest.mark.parametrize("size", [0, 1, 79, 80, 4095, DATA, DATA + 1, -1])
def test_a_truncated_file_is_made_anew(size: int, source: Path, folder: Path) -> None:
    plain = opened(source, folder)[2]
    whole = kept(folder).read_bytes()
    kept(folder).write_bytes(whole[:size])
    cache, note, logits = opened(source, folder)
    assert (cache, note[:13]) == ("written", "packed anew: ")
    np.testing.assert_array_equal(logits, plain)
    assert kept(folder).read_bytes() == whole
    assert opened(source, folder)[0] == "read"


def test_a_longer_file_is_made_anew(source: Path, folder: Path) -> None:
    opened(source, folder)
    with kept(folder).open("ab") as file:
        file.write(b"\0")
    cache, note, _ = opened(source, folder)
    assert (cache, note[:13]) == ("written", "packed anew: ")


# Byte of the file: a field of the header, of the table, and of the panels from first to last.
PLACES = {
    "magic": 0,
    "version": 8,
    "entries": 12,
    "file bytes": 16,
    "data offset": 24,
    "data bytes": 32,
    "data digest": 40,
    "fingerprint": 48,
    "source size": 56,
    "source digest": 64,
    "seal": 72,
    "offset of matrix 0": 80,
    "rows of matrix 0": 96,
    "panel of matrix 1": 80 + 32 + 28,
    "first panel": DATA,
    "some panel": DATA + 70000,
    "last panel": -65,
}


@pytest.mark.parametrize("place", PLACES)
def test_damage_is_noticed(place: str, source: Path, folder: Path) -> None:
    plain = opened(source, folder)[2]
    whole = kept(folder).read_bytes()
    spoilt = bytearray(whole)
    spoilt[PLACES[place]] ^= 1
    kept(folder).write_bytes(spoilt)
    cache, note, logits = opened(source, folder)
    assert (cache, note[:13]) == ("written", "packed anew: "), note
    np.testing.assert_array_equal(logits, plain)
    assert kept(folder).read_bytes() == whole


def test_the_wrong_model_under_the_right_name(source: Path, make_model: Any, folder: Path) -> None:
    opened(make_model("Q8_0", seed=2).path, folder)
    other = kept(folder)
    content = other.read_bytes()
    receipt(folder).unlink(missing_ok=True)
    other.unlink()
    plain = opened(source, folder)[2]
    kept(folder).write_bytes(content)
    cache, note, logits = opened(source, folder)
    assert (cache, note) == ("written", "packed anew: it is another model's")
    np.testing.assert_array_equal(logits, plain)


def test_a_copy_of_the_model_finds_its_panels(source: Path, folder: Path, tmp_path: Path) -> None:
    opened(source, folder)
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(source.read_bytes())
    os.utime(copy, (1, 1))
    assert opened(copy, folder)[0] == "read"


def test_weights_that_changed_in_the_middle_are_packed_anew(source: Path, folder: Path) -> None:
    """The ends of every matrix are as before, so only the digest of all bytes tells them apart."""
    from engine.gguf import GgufFile

    with Model.open(source) as model:
        assert model.cache == "unused"
    plain = opened(source, folder)[2]
    size = GgufFile(source).tensors()["token_embd.weight"].size_bytes
    assert size > 3 * 4096
    content = bytearray(source.read_bytes())
    head = content.rindex(output_rows(source))
    content[head + 9000] ^= 0x40
    source.write_bytes(content)
    os.utime(source, (2, 2))
    cache, note, logits = opened(source, folder)
    assert (cache, note) == ("written", "packed anew: it was made of other weights")
    assert np.abs(logits - plain).max() > 0


def rss_of_panels(source: Path, folder: Path, **options: Any) -> tuple[str, int, int]:
    """How the cache was used, and of how many bytes of mapped panels an opening alone has touched how many."""
    with Model.open(source, panels="on", threads=2, cache=folder, **options) as model:
        lines = Path("/proc/self/smaps").read_text().splitlines()
        (at,) = [i for i, line in enumerate(lines) if line.endswith(kept(folder).name)]
        resident = next(line for line in lines[at:] if line.startswith("Rss:"))
        return model.cache, 1024 * int(resident.split()[1]), kept(folder).stat().st_size - DATA


needs_smaps = pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="no /proc/self/smaps")


@needs_smaps
def test_what_was_found_sound_is_not_read_again(source: Path, folder: Path) -> None:
    opened(source, folder)
    assert rss_of_panels(source, folder)[:2] == ("read", 0)
    used, resident, size = rss_of_panels(source, folder, check_cache=True)
    assert used == "read" and resident >= size
    assert rss_of_panels(source, folder)[:2] == ("read", 0)


@needs_smaps
@pytest.mark.parametrize(
    "change", ["no receipt", "torn receipt", "damaged receipt", "touched", "linked", "copied"]
)
def test_whatever_changed_is_read_whole_once(change: str, source: Path, folder: Path) -> None:
    opened(source, folder)
    seen = receipt(folder).read_bytes()
    if change == "no receipt":
        receipt(folder).unlink()
    elif change == "torn receipt":
        receipt(folder).write_bytes(seen[:60])
    elif change == "damaged receipt":
        receipt(folder).write_bytes(seen[:50] + bytes([seen[50] ^ 1]) + seen[51:])
    elif change == "touched":
        source.touch()
    elif change == "linked":
        source.with_name("second").hardlink_to(source)
    else:
        content = source.read_bytes()
        source.unlink()
        source.write_bytes(content)
    time.sleep(0.1)
    used, resident, size = rss_of_panels(source, folder)
    assert used == "read" and resident >= size
    assert rss_of_panels(source, folder)[:2] == ("read", 0)


@pytest.mark.parametrize("place", ["source", "panels"])
def test_a_change_whose_time_was_set_back_is_noticed(place: str, source: Path, folder: Path) -> None:
    """Bytes in the middle, written over with the file's size and time of writing kept."""
    plain = opened(source, folder)[2]
    file = source if place == "source" else kept(folder)
    at = source.read_bytes().rindex(output_rows(source)) + 9000 if place == "source" else DATA + 70_000
    before = file.stat()
    with file.open("r+b") as written:
        written.seek(at)
        byte = written.read(1)[0]
        written.seek(at)
        written.write(bytes([byte ^ 0x40]))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    cache, note, logits = opened(source, folder)
    reason = "it was made of other weights" if place == "source" else "its data is damaged"
    assert (cache, note) == ("written", f"packed anew: {reason}")
    assert (np.abs(logits - plain).max() > 0) == (place == "source")


def output_rows(source: Path) -> bytes:
    """The first kilobyte of output.weight."""
    import gguf

    reader = gguf.GGUFReader(str(source))
    (tensor,) = [tensor for tensor in reader.tensors if tensor.name == "output.weight"]
    return bytes(np.asarray(tensor.data).tobytes()[:1024])


OPEN = """
import sys
from engine import Model
sys.stdin.read(1)
with Model.open(sys.argv[1], panels="on", threads=1, cache=sys.argv[2]) as model, model.session() as session:
    session.prefill([1, 5, 9, 200])
    print(model.cache, session.logits().tobytes().hex())
"""


def test_processes_that_want_the_same_file_at_once(source: Path, folder: Path) -> None:
    plain = opened(source, folder, cache=None)[2].tobytes().hex()
    command = [sys.executable, "-c", OPEN, str(source), str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in started:
        process.stdin.write("x")
        process.stdin.close()
        process.stdin = None
    ended = [process.communicate() for process in started]
    uses, logits = zip(*(out.split() for out, _ in ended), strict=True)
    assert set(logits) == {plain}, [err for _, err in ended]
    assert "written" in uses and set(uses) <= {"written", "read", "failed"}
    assert opened(source, folder)[0] == "read"
    kept(folder)  # and nothing unfinished


def test_while_another_process_writes_the_panels_are_in_memory(source: Path, folder: Path) -> None:
    plain = opened(source, folder)[2]
    name = kept(folder).with_suffix(".unfinished")
    kept(folder).unlink()  # and its receipt is of no use
    with name.open("w") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        cache, note, logits = opened(source, folder)
    assert (cache, "another process is writing it" in note) == ("failed", True)
    np.testing.assert_array_equal(logits, plain)
    assert opened(source, folder)[0] == "written"  # what a process that died left is begun anew


def test_a_folder_that_is_not_there(source: Path, folder: Path) -> None:
    cache, note, logits = opened(source, folder / "none")
    assert (cache, note[:10]) == ("failed", "not kept: ")
    np.testing.assert_array_equal(logits, opened(source, folder)[2])


def test_a_full_disk_is_no_crash(source: Path, folder: Path) -> None:
    """A limit on the size of files stands for it: the space is asked for before the panels are written."""
    code = OPEN.replace("sys.stdin.read(1)", "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)")
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
    )
    assert done.stdout.startswith("failed "), done.stderr
    assert not list(folder.iterdir())


def test_the_folder_is_kept_within_its_limit(make_model: Any, folder: Path) -> None:
    paths = [make_model("Q8_0", seed=seed).path for seed in (1, 2, 3)]
    opened(paths[0], folder)
    size = kept(folder).stat().st_size
    first = kept(folder)
    opened(paths[1], folder)
    (second,) = set(folder.glob("*.panels")) - {first}
    for file in folder.iterdir():
        os.utime(file, (50, 50) if file.stem == second.stem else (100, 100))
    (folder / "notes.panels").write_bytes(bytes(10 * size))  # not ours: neither counted nor deleted
    assert opened(paths[0], folder)[0] == "read"  # used now
    abandoned = [folder / f"{'a' * 16}.{ending}" for ending in ("unfinished", "seen")]
    for file in abandoned:
        file.touch()
    assert opened(paths[2], folder, cache_limit_bytes=2 * size + size // 2)[0] == "written"
    names = {file.name for file in folder.iterdir()}
    assert first.name in names and not {second.name, f"{second.stem}.seen"} & names
    assert "notes.panels" in names and len([name for name in names if name.endswith(".panels")]) == 3
    assert not any(file.exists() for file in abandoned)


def test_panels_beyond_the_limit_are_not_kept(source: Path, folder: Path) -> None:
    cache, note, _ = opened(source, folder, cache_limit_bytes=1000)
    assert cache == "failed" and "exceed the cache's limit of 1000" in note
    assert not list(folder.iterdir())


def test_a_deleted_file_serves_who_has_it(source: Path, folder: Path) -> None:
    plain = opened(source, folder)[2]
    with Model.open(source, panels="on", cache=folder) as model, model.session() as session:
        kept(folder).unlink()
        session.prefill([1, 5, 9, 200])
        np.testing.assert_array_equal(session.logits(), plain)
