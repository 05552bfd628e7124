"""How many threads are started by themselves, where they stay, and that those who wait cost nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from engine import Model

ROOT = Path(__file__).parents[2]
needs_affinity = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler")
    target = tmp_path_factory.mktemp("cores") / "check_cores"
    sources = [ROOT / "tests/engine/native/check_cores.c", ROOT / "engine/src/cores.c"]
    flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", f"-I{ROOT / 'engine/src'}"]
    command = [compiler, *flags, *map(str, sources), "-o", str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def found(program: Path, *arguments: Path, **options: Any) -> int:
    return int(subprocess.run([program, *arguments], capture_output=True, check=True, **options).stdout)


@needs_affinity
def test_cores_are_those_that_the_process_may_run_on(program: Path) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    assert 1 <= found(program) <= len(allowed)
    for cpu in allowed[:2]:
        assert found(program, preexec_fn=lambda cpu=cpu: os.sched_setaffinity(0, {cpu})) == 1


V2, V1 = "0::/user/lila\n", "5:memory:/elsewhere\n4:cpu,cpuacct:/user/lila\n3:cpuset:/\n"


@pytest.mark.parametrize(
    ("membership", "files", "cores"),
    [
        (V2, {}, -1),
        (V2, {"user/lila/cpu.max": "max 100000\n"}, -1),
        (V2, {"user/lila/cpu.max": "200000 100000\n"}, 2),
        (V2, {"user/lila/cpu.max": "150000 100000\n"}, 2),
        (V2, {"user/lila/cpu.max": "1000 100000\n"}, 1),
        (V2, {"user/lila/cpu.max": "800000 100000\n", "user/cpu.max": "300000 100000\n"}, 3),
        (V2, {"cpu.max": "400000 100000\n"}, 4),  # a container sees its own group as the top
        (V2, {"user/lila/cpu.max": "nonsense\n", "user/cpu.max": ""}, -1),
        (V2, {"user/lila/cpu.max": "99999999999 1\n"}, 256),
        (V1, {"cpu,cpuacct/user/lila/cpu.cfs_quota_us": "-1\n"}, -1),
        (
            V1,
            {
                "cpu,cpuacct/user/lila/cpu.cfs_quota_us": "250000\n",
                "cpu,cpuacct/user/lila/cpu.cfs_period_us": "100000\n",
            },
            3,
        ),
        (V1, {"cpuset/cpu.cfs_quota_us": "1000\n", "cpuset/cpu.cfs_period_us": "1000\n"}, -1),
        ("", {"cpu.max": "100000 100000\n"}, -1),
        ("garbage\n7:cpu\n", {"cpu.max": "100000 100000\n"}, -1),
    ],
)
def test_control_groups_limit_them(
    membership: str, files: dict[str, str], cores: int, program: Path, tmp_path: Path
) -> None:
    (tmp_path / "membership").write_text(membership)
    for name, content in files.items():
        (file := tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    assert found(program, tmp_path / "membership", tmp_path / "root") == cores


def test_threads_that_wait_cost_nothing(make_model: Any) -> None:
    """Of processor time, which others on this machine have no part in."""
    with Model.open(make_model("F16").path, threads=4) as model, model.session() as session:
        session.prefill([1, 5, 9, 200])
        time.sleep(0.1)  # until they have parked
        before = time.process_time()
        time.sleep(0.7)
        assert time.process_time() - before < 0.07


AFFINITY = """
import os, sys
from engine import Model
def threads():
    return {int(name): os.sched_getaffinity(int(name)) for name in os.listdir("/proc/self/task")}
everything, before = os.sched_getaffinity(0), threads()
with Model.open(sys.argv[1], threads=4, pin=sys.argv[2] == "pin") as model, model.session() as session:
    session.prefill([1, 5, 9, 200])
    now = threads()
    mine = [cpus for name, cpus in now.items() if name not in before]
    assert all(now[name] == before[name] for name in before), (before, now)
    print(len(mine), {len(cpus) for cpus in mine} == {1}, all(cpus == everything for cpus in mine))
"""


@needs_affinity
@pytest.mark.parametrize("pin", ["pin", "free"])
def test_threads_stay_on_a_core_only_when_asked(pin: str, make_model: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AFFINITY, str(make_model("F16").path), pin],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    alone = len(os.sched_getaffinity(0)) == 1
    assert done.stdout.split() == ["3", str(pin == "pin" or alone), str(pin == "free" or alone)], done.stderr


def test_threads_end_with_their_model(make_model: Any) -> None:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("no /proc/self/task")
    assert threading.current_thread() is threading.main_thread()
    before = len(list(tasks.iterdir()))
    model = Model.open(make_model("F16").path, threads=4)
    assert len(list(tasks.iterdir())) == before + 3
    del model
    assert len(list(tasks.iterdir())) == before
