"""The safetensors reader: what it reads, malformed files that it must refuse by name, and its fuzzing in C."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ArgumentError, EngineError, MalformedFile, Unavailable, UnsupportedFeature
from engine.safetensors import SafetensorsFile

ROOT = Path(__file__).parents[2]
W = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
V = {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}
DATA = np.arange(6, dtype="<f4").tobytes() + bytes(8)


def image(header: Any, data: bytes = DATA, length: int | None = None) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def opened(raw: bytes, folder: Path) -> SafetensorsFile:
    path = folder / "x.safetensors"
    path.write_bytes(raw)
    return SafetensorsFile(path)


def test_tensors_and_metadata_are_read(tmp_path: Path) -> None:
    file = opened(image({"__metadata__": {"b": "2", "a": "é\n"}, "w": W, "v": V}), tmp_path)
    assert dict(file.metadata) == {"a": "é\n", "b": "2"}
    assert [(t.name, t.dtype, t.shape, t.size_bytes) for t in file.tensors().values()] == [
        ("w", "F32", (2, 3), 24),
        ("v", "BF16", (4,), 8),
    ]
    assert file.read("w").tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(ArgumentError, match="no tensor 'u'"):
        file.read("u")


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16"])
def test_a_real_file_by_another_writer(dtype: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    save_file = pytest.importorskip("safetensors.torch").save_file
    kind = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}[dtype]
    tensors = {f"layer.{n}": torch.randn(n, 7).to(kind) for n in range(1, 9)}
    tensors["scalar"], tensors["nothing"] = torch.tensor(2.5).to(kind), torch.empty(0, 3).to(kind)
    tensors["numbers"] = torch.arange(5)
    save_file(tensors, tmp_path / "x.safetensors", metadata={"format": "pt"})
    file = SafetensorsFile(tmp_path / "x.safetensors")
    assert file.metadata == {"format": "pt"}
    assert set(file.tensors()) == set(tensors)
    with pytest.raises(UnsupportedFeature, match="found I64"):
        file.read("numbers")
    for name in tensors.keys() - {"numbers"}:
        assert np.array_equal(file.read(name), tensors[name].float().numpy()), name


def test_a_file_that_changes_while_it_is_open_is_an_error(tmp_path: Path) -> None:
    large = {"w": {"dtype": "F32", "shape": [100_000], "data_offsets": [0, 400_000]}}
    file = opened(image(large, b"\0\0\x80?" * 100_000), tmp_path)
    assert file.read("w").sum() == 100_000
    with (tmp_path / "x.safetensors").open("r+b") as other:
        other.truncate(5000)
    with pytest.raises(Unavailable, match="changed while it was open: expected 400"):
        file.read("w")
    assert list(file.tensors()) == ["w"]


def test_strings_are_unescaped(tmp_path: Path) -> None:
    header = (
        rb'{ "\u0077\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00" : {"shape":[],"data_offsets":[0,4],"dtype":"F32"} } '
    )
    assert list(opened(image(header, bytes(4)), tmp_path).tensors()) == ['w"\\/\b\f\n\r\té😀']


def test_files_without_tensors(tmp_path: Path) -> None:
    assert opened(image(b"{}", b""), tmp_path).tensors() == {}
    assert opened(image(b'{"__metadata__":{}}  ', b""), tmp_path).metadata == {}


def but(**changed: Any) -> dict[str, Any]:
    return {"w": {**W, **changed}, "v": V}


MALFORMED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "at least 8 bytes, found 0"),
    "no header": (struct.pack("<Q", 8), "header of 2 to 100000000 bytes inside the file's 8, found 8"),
    "length": (image({"w": W, "v": V}, length=2**64 - 1), "found 18446744073709551615"),
    "length short": (image({"w": W, "v": V}, length=20), "found the end of the header"),
    "not an object": (image(b"[]"), r"byte 0: expected '\{', found '\['"),
    "space in front": (image(b" {}", b""), r"byte 0: expected '\{', found ' '"),
    "after the end": (image(b"{} x", b""), "expected nothing more, found 'x'"),
    "comma at the end": (image(b'{"__metadata__":{},}', b""), "expected a string, found '}'"),
    "no colon": (image(b'{"w" {}}'), "expected ':', found '{'"),
    "open string": (image(b'{"w'), "expected '\"', found the end"),
    "bare word": (image(b"{w:1}"), "expected a string, found 'w'"),
    "UTF-8": (image(b'{"\xff":{}}'), "character in UTF-8, found the byte 0xff"),
    "overlong": (image(b'{"\xc0\xaf":{}}'), "character in UTF-8"),
    "surrogate bytes": (image(b'{"\xed\xa0\x80":{}}'), "character in UTF-8"),
    "control": (image(b'{"a\x01":{}}'), "character in UTF-8, found the byte 0x01"),
    "zero": (image(rb'{"a\u0000":{}}'), "hexadecimal digits that aren't zero"),
    "half a pair": (image(rb'{"\ud83d":{}}'), "whole surrogate pair"),
    "low half": (image(rb'{"\ude00":{}}'), "whole surrogate pair"),
    "two high halves": (image(rb'{"\ud83d\ud83d":{}}'), "whole surrogate pair"),
    "short escape": (image(rb'{"\u12":{}}'), "hexadecimal"),
    "escape": (image(rb'{"\x41":{}}'), "expected an escape, found 'x'"),
    "tensor twice": (image(b'{"w":%b,"w":%b}' % ((json.dumps(W).encode(),) * 2), DATA), "'w' occurs twice"),
    "metadata twice": (image(b'{"__metadata__":{},"__metadata__":{}}'), "'__metadata__' occurs twice"),
    "key twice": (image(b'{"__metadata__":{"a":"","a":""}}', b""), "metadata 'a' occurs twice"),
    "metadata number": (image(b'{"__metadata__":{"a":1}}', b""), "expected a string, found '1'"),
    "metadata list": (image(b'{"__metadata__":[]}', b""), r"expected '\{', found '\['"),
    "no name": (image({"": W}), "tensor name: expected 1 to 512 bytes, found 0"),
    "long name": (image({"n" * 513: W}), "found 513"),
    "no entry": (image({"w": {}}), "expected a string, found '}'"),
    "no dtype": (image({"w": {"shape": [], "data_offsets": [0, 4]}}), "found no dtype"),
    "no shape": (image({"w": {"dtype": "F32", "data_offsets": [0, 4]}}), "found no shape"),
    "no offsets": (image({"w": {"dtype": "F32", "shape": []}}), "found no data_offsets"),
    "unknown key": (image(but(more=1)), "'w': expected dtype, shape and data_offsets once each, found 'more'"),
    "dtype twice": (image(b'{"w":{"dtype":"F32","dtype":"F32"}}'), "found 'dtype' twice"),
    "dtype number": (image(but(dtype=4)), "expected a string, found '4'"),
    "shape number": (image(but(shape=6)), r"expected '\[', found '6'"),
    "negative": (image(but(shape=[-2, -3])), "whole number of at most 64 bits, found '-'"),
    "fraction": (image(but(shape=[2.0, 3])), "whole number of at most 64 bits, found '.'"),
    "exponent": (image(b'{"w":{"shape":[6e0]}}'), "whole number of at most 64 bits, found 'e'"),
    "leading zero": (image(b'{"w":{"shape":[06]}}'), "whole number of at most 64 bits, found '6'"),
    "true": (image(but(shape=[True])), "whole number"),
    "65 bits": (image(b'{"w":{"shape":[18446744073709551616]}}'), "whole number of at most 64 bits, found '6'"),
    "shape overflow": (image(but(shape=[2**33, 2**33])), "exceeds 64 bits"),
    "nested shape": (image(but(shape=[[2, 3]])), r"whole number of at most 64 bits, found '\['"),
    "one offset": (image(but(data_offsets=[24])), r"expected ',', found '\]'"),
    "three offsets": (image(but(data_offsets=[0, 24, 24])), r"expected '\]', found ','"),
    "offsets reversed": (image(but(data_offsets=[24, 0])), r"24 bytes apart, found \[24, 0\]"),
    "too short": (image(but(data_offsets=[0, 20])), r"24 bytes apart, found \[0, 20\]"),
    "dtype of another size": (image(but(dtype="F16")), "12 bytes apart"),
    "overlap": (image({"w": W, "v": {**V, "data_offsets": [16, 24]}}), "'v': expected to begin at 24, found 16: it o"),
    "same bytes": (image({"w": W, "u": W}, DATA[:24]), "expected to begin at 24, found 0: it overlaps another"),
    "gap": (image({"w": W, "v": {**V, "data_offsets": [28, 36]}}, DATA + bytes(4)), "found 28: there is a gap"),
    "gap in front": (image({"w": {**W, "data_offsets": [8, 32]}}), "'w': expected to begin at 0, found 8"),
    "beyond the end": (image({"w": W, "v": V}, DATA[:-1]), "8 bytes at offset 24, found 31 bytes of tensor data"),
    "far beyond": (image({"w": {**W, "shape": [2**50], "data_offsets": [0, 2**52]}}), "truncated"),
    "bytes left over": (image({"w": W}), "expected 24 bytes of tensor data, found 32"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    raw, sentence = MALFORMED[name]
    with pytest.raises(MalformedFile, match=sentence):
        opened(raw, tmp_path)


@pytest.mark.parametrize("dtype", ["F4", "C64", "f32", "F8_E4M3FNUZ", "F8_E4M3X", ""])
def test_element_types_that_are_not_known_are_named(dtype: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFeature, match=f"element type '{dtype}' is not supported"):
        opened(image(but(dtype=dtype)), tmp_path)


def test_too_many_dimensions(tmp_path: Path) -> None:
    assert opened(image({"w": {**W, "shape": [2, 3, 1, 1, 1, 1, 1, 1]}, "v": V}), tmp_path).tensors()
    with pytest.raises(UnsupportedFeature, match="at most 8 dimensions"):
        opened(image(but(shape=[2, 3, 1, 1, 1, 1, 1, 1, 1])), tmp_path)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="No such file"):
        SafetensorsFile(tmp_path / "none")
    with pytest.raises(Unavailable, match="regular file"):
        SafetensorsFile(tmp_path)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    whole = image({"__metadata__": {"a": "b"}, "w": W, "v": V})
    opened(whole, tmp_path)
    for size in range(len(whole)):
        with pytest.raises(EngineError):
            opened(whole[:size], tmp_path)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_flipped_bits_are_an_error_or_a_file(tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(image({"w": W, "v": V}))
    for bit in data.draw(st.lists(st.integers(0, len(whole) * 8 - 1), min_size=1, max_size=5)):
        whole[bit // 8] ^= 1 << bit % 8
    try:
        file = opened(bytes(whole), tmp_path)
    except EngineError as error:
        assert str(error)
    else:
        assert sum(t.size_bytes for t in file.tensors().values()) == len(DATA)


@pytest.fixture(scope="module")
def fuzzer(sanitized_program: Callable[..., Path]) -> Path:
    sources = ["errors", "safetensors", "safetensors_header", "header_json", "mapped_file", "watch"]
    sources += ["unicode", "unicode_tables", "unicode_folding"]
    return sanitized_program(["fuzz_safetensors", "mutate_safetensors", "fuzz"], sources)


def test_mutated_files_never_break_the_parser(fuzzer: Path, tmp_path: Path) -> None:
    names = {f"layer.{n}.é": {**V, "data_offsets": [24 + 8 * n, 32 + 8 * n]} for n in range(6)}
    seeds = [{"w": W, "v": V}, {"__metadata__": {"format": "pt", "ü": "\\"}, "w": W, **names}]
    paths = [tmp_path / f"{n}.safetensors" for n in range(len(seeds))]
    for path, seed in zip(paths, seeds, strict=True):
        path.write_bytes(image(seed, bytes(24 + 8 * (len(names) if len(seed) > 2 else 1))))
    ran = subprocess.run(
        [str(fuzzer), "6000", "1", *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=250,
        env={
            "ASAN_OPTIONS": "detect_leaks=1:max_allocation_size_mb=64",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        },
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    _, accepted, _, refused = ran.stdout.split()
    assert int(accepted) > 100 and int(refused) > 5000  # both ways out were taken
