"""What a model file says about itself, which there are, and what makes one unusable."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import gguf
import pytest

from engine import Model
from lila.backends.local import builtin_model_path
from lila.errors import BackendError
from lila.model_files import describe, known_models, verify


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A sound file of an architecture that nobody has."""
    path = tmp_path / "home" / "models" / "foreign.gguf"
    path.parent.mkdir(parents=True)
    writer: Any = gguf.GGUFWriter(path, "triceratops")
    writer.add_block_count(7)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


def test_the_built_in_model_described() -> None:
    info = describe("")
    assert (info.architecture, info.native, info.reason) == ("llama", True, "")
    assert info.parameters > 4_000_000
    assert info.vocabulary > 1000 and info.layers > 0 and info.context_length >= 1024
    assert info.tokenizer == "gpt2 (smollm)" and info.chat_template
    assert sum(share.share for share in info.types) == pytest.approx(1)
    assert sum(share.size_bytes for share in info.types) <= info.size_bytes
    assert info.lines()[-1].endswith("runs it")


def test_a_foreign_architecture_is_described_with_the_reason(foreign: Path) -> None:
    info = describe("foreign.gguf", foreign.parents[1])
    assert (info.architecture, info.layers, info.types, info.native) == ("triceratops", 7, (), False)
    assert "triceratops" in info.reason


def test_a_vocabulary_that_is_no_list_is_described(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    writer: Any = gguf.GGUFWriter(path, "llama")
    writer.add_uint32("tokenizer.ggml.tokens", 7)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    info = describe(str(path))
    assert (info.vocabulary, info.native) == (0, False)


def test_no_file_and_no_model_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="there is no model") as missing:
        describe(str(tmp_path / "none.gguf"))
    assert missing.value.code == "no_model"
    with pytest.raises(BackendError, match="is a folder"):
        describe(str(tmp_path))
    (tmp_path / "text.gguf").write_text("not a model")
    with pytest.raises(BackendError) as bad:
        describe(str(tmp_path / "text.gguf"))
    assert bad.value.code == "bad_model"


def test_the_list_names_who_would_run_each(foreign: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = foreign.parents[1]
    shutil.copy(builtin_model_path(), home / "models" / "mine.gguf")
    builtin, other, mine = known_models(home)
    assert (builtin.name, builtin.builtin, builtin.backend) == ("lila-nano", True, "native")
    assert (mine.name, mine.builtin, mine.backend, mine.reason) == ("mine.gguf", False, "native", "")
    assert other.name == "foreign.gguf" and other.backend == "gguf" and "triceratops" in other.reason
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (without,) = [each for each in known_models(home) if each.name == "foreign.gguf"]
    assert without.backend == "" and "pip install" in without.reason


def test_one_file_that_cannot_be_read_leaves_the_others_in_the_list(foreign: Path) -> None:
    home = foreign.parents[1]
    (home / "models" / "gone.gguf").symlink_to(home / "nowhere.gguf")
    (home / "models" / "caf\udce9.gguf").symlink_to(builtin_model_path())
    builtin, cafe, _, gone = known_models(home)
    assert builtin.builtin and (cafe.name, cafe.backend) == ("caf\udce9.gguf", "native")
    assert (gone.name, gone.size_bytes, gone.backend) == ("gone.gguf", 0, "")
    assert "No such file" in gone.reason and "see that the file is there" in gone.reason


def test_version_2_runs_on_the_native_engine(tmp_path: Path) -> None:
    content = bytearray(builtin_model_path().read_bytes())
    content[4] = 2
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "two.gguf").write_bytes(content)
    assert [each.backend for each in known_models(tmp_path)] == ["native", "native"]


def test_a_sound_file_gives_a_token() -> None:
    report = verify("", digest=True)
    assert report.sound
    assert [check.name for check in report.checks] == ["structure", "digest", "tokenizer", "first token"]
    assert verify("", expected=report.checks[1].detail.split()[-1].upper()).sound


def test_a_file_cut_short_fails_in_its_structure(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(builtin_model_path().read_bytes()[:100_000])
    report = verify(str(path))
    assert not report.sound
    assert [(check.name, check.ok) for check in report.checks] == [("structure", False)]


def test_another_digest_than_expected_ends_the_check() -> None:
    report = verify("", expected="00" * 32)
    assert [(check.name, check.ok) for check in report.checks] == [("structure", True), ("digest", False)]
    assert "get the file anew" in report.checks[-1].detail


def test_a_foreign_architecture_fails_after_its_structure(foreign: Path) -> None:
    report = verify(str(foreign))
    assert [(check.name, check.ok) for check in report.checks] == [("structure", True), ("tokenizer", False)]


def test_kept_weights_are_compared_and_mended(tmp_path: Path) -> None:
    path, cache = tmp_path / "tiny.gguf", tmp_path / "cache"
    generator = Path(__file__).parents[1] / "bench" / "models.py"
    subprocess.run([sys.executable, generator, "tiny", "Q8_0", path], check=True)
    cache.mkdir()
    with Model.open(path, cache=cache) as model:
        if model.cache == "unused":
            pytest.skip("this processor has no kernels for packed weights")
    report = verify(str(path), tmp_path)
    assert report.checks[-1].name == "packed weights" and "every byte" in report.checks[-1].detail
    (kept,) = cache.glob("*.panels")
    content = bytearray(kept.read_bytes())
    content[-9999] ^= 1
    kept.write_bytes(content)
    report = verify(str(path), tmp_path)
    assert report.sound and report.checks[-1].detail == "packed anew: its data is damaged"
    assert "every byte" in verify(str(path), tmp_path).checks[-1].detail
