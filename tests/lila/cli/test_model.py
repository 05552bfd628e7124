"""`lila model …`: text, JSON, and exit status. What is found out is tested with lila.model_files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf

from lila.backends.local import builtin_model_path

Lila = Callable[..., Any]


def test_info(lila: Lila) -> None:
    path = str(builtin_model_path())
    done = lila("model", "info", path)
    assert done.status == 0, done.err
    assert done.out.startswith(path)
    assert "native engine runs it" in done.out
    assert lila("model", "info", path, "--json").json["architecture"] == "llama"


def test_info_of_no_file_is_one_sentence(lila: Lila) -> None:
    assert "there is no model at" in lila("model", "info", "/nowhere.gguf").sentence


def test_list_finds_what_lies_in_the_home(lila: Lila, home: Path) -> None:
    assert lila("model", "list").out.startswith("lila-nano (built-in)")
    assert not home.exists()
    (home / "models").mkdir(parents=True)
    (home / "models" / "broken.gguf").write_bytes(b"GGUF")
    builtin, broken = lila("model", "list", "--json").json
    assert builtin["backend"] == "native"
    assert broken["name"] == "broken.gguf"
    assert broken["backend"] == "" and "get the file anew" in broken["reason"]


def test_what_a_file_says_of_itself_does_not_steer_the_terminal(lila: Lila, home: Path) -> None:
    path = home / "models" / "loud.gguf"
    path.parent.mkdir(parents=True)
    writer: Any = gguf.GGUFWriter(path, "dino\x1b[2J\n\x07")
    writer.add_name("loud\x1b]0;title\x07\nnative engine runs it")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    done = lila("model", "info", "loud.gguf")
    described, listed = done.out, lila("model", "list").out
    assert not set(described + listed) & set("\x1b\x07\x9b")
    assert [line[:4] for line in described.splitlines()[1:]] == [
        "  si",
        "  ar",
        "  sh",
        "  co",
        "  to",
        "  ch",
        "  na",
    ]
    assert r"architecture 'dino\x1b[2J\x0a\x07' is not supported" in described
    assert len(listed.splitlines()) == 2


def test_verify_exits_with_1_when_something_is_wrong(lila: Lila, tmp_path: Path) -> None:
    sound = lila("model", "verify", str(builtin_model_path()), "--json")
    assert sound.json["sound"] is True
    (tmp_path / "empty.gguf").touch()
    done = lila("model", "verify", str(tmp_path / "empty.gguf"))
    assert done.status == 1
    assert "FAIL structure" in done.out
    assert lila("model", "verify", str(builtin_model_path()), "--expect", "00").status == 1


def test_help_of_every_command(lila: Lila) -> None:
    for words in ([], ["info"], ["list"], ["verify"]):
        assert "Usage: lila model" in lila("model", *words, "--help").out
