"""`lila log`: read, check and export the diary of turns."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lila.cli.options import AsJson, print_json, read_config, say
from lila.errors import LilaError

if TYPE_CHECKING:
    from training_log import Entry
    from training_log.reading import JournalReader

__all__ = ["app"]

app = typer.Typer(
    help="Read, check and export the diary of turns.", rich_markup_mode=None, no_args_is_help=True
)

Conversation = Annotated[
    str | None,
    typer.Option(help="Only this conversation."),
]
Since = Annotated[
    str | None,
    typer.Option(help="Only from this time on, as 2026-11-21 or 2026-11-21T08:30."),
]


@app.command()
def tail(
    count: Annotated[int, typer.Option("-n", min=1, help="How many lines.")] = 10,
    conversation: Conversation = None,
    since: Since = None,
    json: AsJson = False,
) -> None:
    """Show the last lines of the diary."""
    _print(_journal().tail(count, conversation=conversation, since=_moment(since)), json)


@app.command()
def show(
    turn: Annotated[str, typer.Argument(help="A turn's id, or how it begins.")],
    json: AsJson = False,
) -> None:
    """Show one turn and the signals about it, whole."""
    found = _journal().find(turn)
    if not found:
        raise LilaError(
            f"no turn begins with '{turn}'; `lila log tail` shows the last ones", code="log_no_turn"
        )
    if json:
        print_json([_plain(entry) for entry in found])
        return
    for entry in found:
        print_json(_plain(entry))


@app.command()
def verify(json: AsJson = False) -> None:
    """Check every line and the chain of checksums. The exit status is 1 if something is wrong."""
    report = _journal().verify()
    if json:
        print_json({**asdict(report), "ok": report.ok})
    else:
        print(
            f"{_so_many(report.lines, 'line')} in {_so_many(report.files, 'file')}: "
            f"{_so_many(report.turns, 'turn')}, {_so_many(report.signals, 'signal')}, "
            f"{report.redacted} with their words removed, {report.aside} torn pieces set aside"
        )
        for problem in report.problems:
            say(f"{problem.file}:{problem.line}: {problem.kind}: {problem.message}")
        print("The diary is whole." if report.ok else f"{_so_many(len(report.problems), 'problem')}.")
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def export(
    path: Annotated[
        Path,
        typer.Argument(help="Where to write the lines, as JSONL, replaced whole; or - for standard output."),
    ],
    conversation: Conversation = None,
    since: Since = None,
    json: AsJson = False,
) -> None:
    """Copy lines of the diary to a file."""
    if str(path) == "-":
        for raw in _journal().raw(conversation=conversation, since=_moment(since)):
            sys.stdout.buffer.write(raw)
        return
    count = _journal().export(path, conversation=conversation, since=_moment(since))
    if json:
        print_json({"lines": count, "path": str(path)})
    else:
        print(f"{count} lines written to {path}", file=sys.stderr)


def _journal() -> JournalReader:
    from training_log.reading import JournalReader

    return JournalReader(read_config().home / "log")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise LilaError(f"'{text}' is no time; write 2026-11-21 or 2026-11-21T08:30", code="usage") from None
    return moment.astimezone()


def _print(entries: list[Entry], as_json: bool) -> None:
    from training_log import SignalRecord, TurnRecord

    if as_json:
        print_json([_plain(entry) for entry in entries])
        return
    for entry in entries:
        record = entry.record
        when = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
        if entry.redacted:
            say(f"{when}  {getattr(record, 'turn', '')}  its words were removed")
        elif isinstance(record, TurnRecord):
            say(f"{when}  {record.turn}  {record.person}")
            say(f"    › {record.text}")
            say(f"    ‹ {record.reply}")
        elif isinstance(record, SignalRecord):
            say(f"{when}  {record.turn}  {record.kind}")
        else:
            say(f"{when}  the words of {len(record.turns)} turns were removed")


def _plain(entry: Entry) -> dict[str, object]:
    record = asdict(entry.record)
    readable = {key: each.isoformat() if isinstance(each, datetime) else each for key, each in record.items()}
    return {"seq": entry.seq, "at": entry.at.isoformat(), "redacted": entry.redacted, **readable}


def _so_many(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
