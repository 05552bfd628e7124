"""The GGUF parser: what it reads, and a corpus of malformed files that it must refuse by name."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.binding import ffi, lib
from engine.errors import EngineError, MalformedFile, Unavailable, UnsupportedFeature
from engine.gguf import GgufFile

U8, U32, F32, BOOL, STRING, ARRAY, U64 = 0, 4, 6, 7, 8, 9, 10


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


def entry(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + u32(kind) + value


def tensor(name: bytes, dims: list[int], kind: int = 0, offset: int = 0) -> bytes:
    return text(name) + u32(len(dims)) + b"".join(map(u64, dims)) + u32(kind) + u64(offset)


@dataclass
class Image:
    """A file in parts, sound until a test spoils one."""

    magic: bytes = b"GGUF"
    version: bytes = u32(3)
    entries: list[bytes] = field(default_factory=lambda: [entry(b"a.number", U32, u32(7))])
    tensors: list[bytes] = field(
        default_factory=lambda: [tensor(b"w", [32, 2]), tensor(b"v", [8], offset=256)]
    )
    n_entries: int | None = None
    n_tensors: int | None = None
    data: bytes = bytes(256 + 32)

    def bytes(self) -> bytes:
        n_tensors = len(self.tensors) if self.n_tensors is None else self.n_tensors
        n_entries = len(self.entries) if self.n_entries is None else self.n_entries
        head = self.magic + self.version + u64(n_tensors) + u64(n_entries)
        head += b"".join(self.entries) + b"".join(self.tensors)
        return head + bytes(-len(head) % 32) + self.data


def opened(data: bytes, folder: Path) -> GgufFile:
    path = folder / "x.gguf"
    path.write_bytes(data)
    return GgufFile(path)


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    values = [
        ("u8", U8, b"\xff", 255),
        ("i8", 1, b"\xff", -1),
        ("u16", 2, b"\xff\xff", 65535),
        ("i16", 3, b"\xff\xff", -1),
        ("u32", U32, u32(2**32 - 1), 2**32 - 1),
        ("i32", 5, b"\xff" * 4, -1),
        ("f32", F32, struct.pack("<f", 0.5), 0.5),
        ("bool", BOOL, b"\1", True),
        ("string", STRING, text("sí".encode()), "sí"),
        ("u64", U64, b"\xff" * 8, 2**64 - 1),
        ("i64", 11, b"\xff" * 8, -1),
        ("f64", 12, struct.pack("<d", 0.1), 0.1),
        ("strings", ARRAY, u32(STRING) + u64(2) + text(b"one") + text(b""), ["one", ""]),
        ("numbers", ARRAY, u32(5) + u64(2) + struct.pack("<ii", -3, 4), [-3, 4]),
        ("nothing", ARRAY, u32(F32) + u64(0), []),
    ]
    image = Image(entries=[entry(name.encode(), kind, data) for name, kind, data, _ in values])
    assert dict(opened(image.bytes(), tmp_path).metadata) == {name: value for name, _, _, value in values}


def test_tensors_are_read(tmp_path: Path) -> None:
    tensors = opened(Image().bytes(), tmp_path).tensors()
    assert list(tensors) == ["w", "v"]
    assert (tensors["w"].shape, tensors["w"].size_bytes, tensors["w"].type) == ((32, 2), 256, 0)


def test_version_2_is_read_like_3(tmp_path: Path) -> None:
    file = opened(Image(version=u32(2)).bytes(), tmp_path)
    assert file.metadata["a.number"] == 7 and list(file.tensors()) == ["w", "v"]


def test_the_file_outlives_its_name(tmp_path: Path) -> None:
    file = opened(Image().bytes(), tmp_path)
    (tmp_path / "x.gguf").unlink()
    assert file.metadata["a.number"] == 7


HUGE = 2**64 - 1
MALFORMED: dict[str, tuple[Image, str]] = {
    "magic": (Image(magic=b"GGML"), "magic"),
    "version 1": (Image(version=u32(1)), "expected GGUF version 2 or 3, found 1"),
    "version 4": (Image(version=u32(4)), "found 4"),
    "big endian": (Image(version=struct.pack(">I", 3)), "big-endian"),
    "entry count": (Image(n_entries=HUGE), "metadata entries can't fit"),
    "entry count within the file": (Image(n_entries=9), "key|end of the file|tensor"),
    "tensor count": (Image(n_tensors=HUGE), "tensors can't fit"),
    "key length": (Image(entries=[u64(HUGE) + b"x"]), "metadata key at byte 24"),
    "empty key": (Image(entries=[entry(b"", U32, u32(1))]), "expected 1 to"),
    "zero in key": (Image(entries=[entry(b"a\0b", U32, u32(1))]), "zero byte"),
    "key twice": (Image(entries=[entry(b"k", U8, b"\1"), entry(b"k", U8, b"\2")]), "'k' occurs twice"),
    "value type": (Image(entries=[entry(b"k", 13, b"\1")]), "found 13"),
    "array of arrays": (Image(entries=[entry(b"k", ARRAY, u32(ARRAY) + u64(1))]), "other than array"),
    "array count": (Image(entries=[entry(b"k", ARRAY, u32(F32) + u64(HUGE))]), "run past the end"),
    "array count overflow": (
        Image(entries=[entry(b"k", ARRAY, u32(U64) + u64(1 << 61))]),
        "run past the end",
    ),
    "string count": (Image(entries=[entry(b"k", ARRAY, u32(STRING) + u64(HUGE))]), "can't fit"),
    "string length": (Image(entries=[entry(b"k", STRING, u64(HUGE))]), "string 0 runs past"),
    "boolean": (Image(entries=[entry(b"k", BOOL, b"\2")]), "expected a boolean of 0 or 1, found 2"),
    "alignment type": (Image(entries=[entry(b"general.alignment", STRING, text(b"32"))]), "unsigned integer"),
    "alignment 0": (Image(entries=[entry(b"general.alignment", U32, u32(0))]), "power of two"),
    "alignment 33": (Image(entries=[entry(b"general.alignment", U32, u32(33))]), "power of two"),
    "no dimensions": (Image(tensors=[tensor(b"w", [])]), "1 to 4 dimensions, found 0"),
    "five dimensions": (Image(tensors=[tensor(b"w", [1] * 5)]), "1 to 4 dimensions, found 5"),
    "zero dimension": (Image(tensors=[tensor(b"w", [32, 0])]), "dimension 1 is 0"),
    "dimension overflow": (Image(tensors=[tensor(b"w", [1 << 32, 1 << 32])]), "too large"),
    "tensor twice": (Image(tensors=[tensor(b"w", [8]), tensor(b"w", [8], offset=32)]), "'w' occurs twice"),
    "partial block": (Image(tensors=[tensor(b"w", [33], kind=8)]), "blocks of 32 for Q8_0, found 33"),
    "partial super-block": (
        Image(tensors=[tensor(b"w", [32, 8], kind=12)]),
        "blocks of 256 for Q4_K, found 32",
    ),
    "unaligned": (Image(tensors=[tensor(b"w", [8], offset=4)]), "multiple of the alignment 32"),
    "offset": (Image(tensors=[tensor(b"w", [8], offset=1 << 40)]), "expected 32 bytes at offset"),
    "offset overflow": (Image(tensors=[tensor(b"w", [8], offset=HUGE - 31)]), "expected 32 bytes at offset"),
    "size": (Image(tensors=[tensor(b"w", [1 << 40])]), "truncated"),
    "overlap": (Image(tensors=[tensor(b"w", [32, 2]), tensor(b"v", [8], offset=224)]), "'w' and 'v' overlap"),
    "inside another": (Image(tensors=[tensor(b"w", [64]), tensor(b"v", [8], offset=32)]), "overlap"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    image, sentence = MALFORMED[name]
    with pytest.raises(MalformedFile, match=sentence):
        opened(image.bytes(), tmp_path)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"\x1b[2J\x07", r"\x1b[2J\x07"),
        (b"one\ntwo\x7f", r"one\x0atwo\x7f"),
        (b"\xc2\x9bx", r"\xc2\x9bx"),  # U+009B, which a terminal takes for ESC [
        ("café ü".encode(), "café ü"),
    ],
)
def test_what_a_file_names_does_not_steer_the_terminal(name: bytes, shown: str, tmp_path: Path) -> None:
    with pytest.raises(MalformedFile) as refused:
        opened(Image(entries=[entry(name, 13, b"")]).bytes(), tmp_path)
    assert f"key '{shown}': expected" in str(refused.value)


def test_a_sentence_with_escapes_ends_inside_its_buffer() -> None:
    out = ffi.new("lila_gguf **")
    whole = b"can't open " + rb"\x1b" * 20
    for size in range(1, 60):
        err = ffi.new("char[]", b"?" * 80)
        assert lib.lila_gguf_open(b"\x1b" * 20, out, err, size) == 1
        words = ffi.string(err)
        assert whole.startswith(words) and size - 4 <= len(words) < size
        assert words.count(b"\\") == words.count(rb"\x1b")
        assert bytes(ffi.buffer(err))[size:80] == b"?" * (80 - size)


@pytest.mark.parametrize(("kind", "name"), [(10, "Q2_K"), (31, "unknown"), (2**31, "unknown")])
def test_tensor_types_that_are_not_ours_are_named(kind: int, name: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFeature, match=name):
        opened(Image(tensors=[tensor(b"w", [32], kind=kind)]).bytes(), tmp_path)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = Image(
        entries=[entry(b"k", STRING, text(b"v")), entry(b"l", ARRAY, u32(U32) + u64(1) + u32(2))]
    ).bytes()
    opened(whole, tmp_path)
    for size in range(len(whole)):
        with pytest.raises(EngineError):
            opened(whole[:size], tmp_path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_flipped_bits_are_an_error_or_a_file(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(Image(entries=[entry(b"k", ARRAY, u32(STRING) + u64(1) + text(b"v"))]).bytes())
    for bit in data.draw(st.lists(st.integers(0, len(whole) * 8 - 1), min_size=1, max_size=5)):
        whole[bit // 8] ^= 1 << bit % 8
    try:
        file = opened(bytes(whole), tmp_path)
    except EngineError as error:
        assert str(error)
    else:
        assert set(file.metadata) <= {key for key, _ in file.metadata.items()}
        assert all(tensor.size_bytes > 0 for tensor in file.tensors().values())


@pytest.mark.parametrize(
    "value",
    [
        entry(b"k", ARRAY, u32(U8) + u64(2 * 10**9)),
        entry(b"k", ARRAY, u32(STRING) + u64(10**8)),
        entry(b"k", STRING, u64(2 * 10**9)),
    ],
    ids=["bytes", "empty strings", "one string"],
)
def test_metadata_of_gigabytes_is_refused_before_it_is_read(value: bytes, tmp_path: Path) -> None:
    """A file may be all hole: what it takes on the disk says nothing of the memory that reading it takes."""
    path = tmp_path / "sparse.gguf"
    path.write_bytes(b"GGUF" + u32(3) + u64(0) + u64(1) + value)
    os.truncate(path, 2 * 10**9 + 100)
    with pytest.raises(MalformedFile, match=r"'k': .* the end of the 256 MiB that metadata may take"):
        GgufFile(path)


def test_tensors_of_gigabytes_are_no_metadata(tmp_path: Path) -> None:
    path = tmp_path / "large.gguf"
    path.write_bytes(Image(tensors=[tensor(b"w", [1 << 29])]).bytes())
    os.truncate(path, (1 << 31) + 4096)
    assert GgufFile(path).tensors()["w"].size_bytes == 1 << 31


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"):
        GgufFile(tmp_path / "none")
    with pytest.raises(MalformedFile, match="at least 24 bytes, found 3"):
        opened(b"abc", tmp_path)


def test_a_real_file_by_another_writer(make_model: Any) -> None:
    file = GgufFile(make_model("Q8_0").path)
    assert file.metadata["general.architecture"] == "llama"
    assert file.tensors()["token_embd.weight"].type == 8
