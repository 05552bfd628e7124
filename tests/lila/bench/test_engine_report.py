"""The report of `lila bench engine` as text: a row for each figure, and a reason where there is none."""

from __future__ import annotations

from dataclasses import replace

from lila.bench.engine_report import Cost, EngineReport, Rate, Span, Turn

TURN = Turn(4000, 32, Span(8.0, 20.0, 2.5), Span(0.05, None, None, "it doesn't know -d"), 160.0, None)
REPORT = EngineReport(
    machine="a machine",
    model="m.gguf",
    size_bytes=77_000_000,
    step_bytes=50_000_000,
    threads=2,
    kv="f32",
    against="llama-bench",
    peer_kv="f16",
    peer_flags=("-rtr", "1"),
    bandwidth=10e9,
    rates=(Rate("prefill 512", 300.0, 200.0, 1.5), Rate("decode 128", 100.0, 50.0, 2.0)),
    turn=TURN,
    costs=(Cost("load", 0.005, None, "it loads by itself"), Cost("resident memory", 90e6, 80e6)),
)


def test_every_figure_has_its_row() -> None:
    assert REPORT.lines() == [
        "a machine",
        "m.gguf, 77 MB, 2 threads",
        "read bandwidth 10.0 GB/s; decode reads 50% of it",
        "KV cache: native f32, llama-bench -rtr 1 f16",
        "tokens a second                 native llama-bench   ratio",
        "prefill 512                      300.0       200.0    1.50",
        "decode 128                       100.0        50.0    2.00",
        "turn behind 4000, cold, ms      8000.0     20000.0    2.50",
        "turn behind 4000, warm, ms        50.0                      (it doesn't know -d)",
        "turn behind 4000, cold/warm      160.0",
        "load, ms                           5.0                      (it loads by itself)",
        "resident memory, MB               90.0        80.0",
    ]


def test_alone_the_cache_is_the_engines() -> None:
    alone = replace(REPORT, against="", peer_kv=None, peer_flags=(), turn=None)
    assert alone.lines()[3] == "KV cache: f32"
    assert not any("turn" in line for line in alone.lines())


def test_the_share_of_the_bandwidth_is_that_of_the_shallow_decode() -> None:
    assert REPORT.as_dict()["bandwidth_share"] == 100 * 50e6 / 10e9
