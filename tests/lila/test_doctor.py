"""The doctor: every step with its reason, every fault with the way to mend it."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest

from lila import doctor
from lila.config import Backends, Config, Gguf, Native


def config(tmp_path, **parts):
    return Config(home=tmp_path / "home", **parts)


def test_a_fresh_machine_is_healthy_and_stays_untouched(tmp_path):
    report = doctor.examine(config(tmp_path))
    assert report.healthy and "lila-nano" in report.model
    assert [(step.name, step.state) for step in report.chain] == [
        ("native", "answers"),
        ("gguf", "standing by"),
        ("transformers", "standing by"),
        ("api", "passed over"),
    ]
    assert not (tmp_path / "home").exists()
    assert json.loads(json.dumps(report.as_dict()))["home"]["exists"] is False


def test_each_reason_comes_with_its_mend(tmp_path):
    broken = config(
        tmp_path,
        backends=Backends(chain=("native", "gguf")),
        native=Native(model="gone.gguf"),
        gguf=Gguf(model="gone too.gguf"),
    )
    report = doctor.examine(broken)
    assert not report.healthy and report.model == ""
    assert all(step.state == "passed over" and "gone" in step.reason and step.mend for step in report.chain)
    text = "\n".join(report.lines())
    assert "No model can answer." in text and "mend it: check the model's path" in text


def test_a_missing_package_is_named_with_the_command_that_gets_it(tmp_path, monkeypatch):
    real = doctor.importlib.util.find_spec
    monkeypatch.setattr(
        doctor.importlib.util, "find_spec", lambda name: None if name == "llama_cpp" else real(name)
    )
    report = doctor.examine(config(tmp_path))
    assert report.chain[1].state == "passed over" and report.chain[1].mend == "pip install 'lila[gguf]'"
    assert [package.mend for package in report.packages if not package.version] == [
        "pip install 'lila[gguf]'"
    ]


def test_the_engine_tells_its_version_and_the_cpus_features(tmp_path):
    engine = doctor.examine(config(tmp_path)).engine
    assert engine.version and not engine.problem and engine.cores >= 1
    assert set(engine.cpu_features) <= {"AVX2", "AVX-512", "VNNI", "BF16"}


@pytest.mark.parametrize("mode", [0o755, 0o750])
def test_a_home_that_others_can_read_is_a_fault(tmp_path, mode):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(mode)
    report = doctor.examine(config(tmp_path)).home
    assert "can read" in report.problem and report.mend == f"chmod -R go-rwx {home}"


def test_what_the_home_holds_is_counted(tmp_path):
    home = tmp_path / "home"
    (home / "log").mkdir(parents=True, mode=0o700)
    home.chmod(0o700)
    (home / "memory.db").write_bytes(b"x" * 2048)
    (home / "log" / "interactions-2026-11.jsonl").touch()
    report = doctor.examine(config(tmp_path)).home
    assert (report.memory_bytes, report.log_files, report.problem) == (2048, 1, "")


def test_a_read_only_disk_is_told_as_one(tmp_path, monkeypatch):
    disk = SimpleNamespace(
        f_flag=os.ST_RDONLY, f_bavail=1 << 20, f_bfree=1 << 20, f_blocks=1 << 21, f_frsize=4096
    )
    monkeypatch.setattr(doctor.os, "statvfs", lambda path: disk)
    report = doctor.examine(config(tmp_path)).home
    assert "read-only disk" in report.problem and "remount" in report.mend


def test_a_full_disk_is_told_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=4096))
    report = doctor.examine(config(tmp_path))
    assert "is full" in report.home.problem and "free some space" in report.home.mend
    assert not report.healthy
