"""`lila memory`: see, correct and move what Lila remembers."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from lila.cli.options import AsJson, load_config, print_json, read_config, say
from lila.errors import LilaError

if TYPE_CHECKING:
    from memory import Memory, Outcome, Store

__all__ = ["app"]

app = typer.Typer(
    help="See, correct and move what Lila remembers.", rich_markup_mode=None, no_args_is_help=True
)

Number = Annotated[int, typer.Argument(min=1, help="The memory's number, as `list` shows it.")]
Namespace = Annotated[
    str | None,
    typer.Option("--namespace", "-n", help="personal, episodic, wiki, schedule or contested."),
]
Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]


@app.command("list")
def list_(
    namespace: Namespace = None,
    state: Annotated[
        str | None,
        typer.Option(
            help="pending, approved, superseded, contested or forgotten; without it, all that may still hold."
        ),
    ] = None,
    limit: Limit = 100,
    json: AsJson = False,
) -> None:
    """What Lila remembers, newest first."""
    with _to_look_at() as store:
        _print_rows(store.list(namespace, _known_state(state), limit), json)


@app.command()
def show(number: Number, json: AsJson = False) -> None:
    """One memory, whole: its words, where it comes from, its history."""
    with _to_look_at() as store:
        detail = store.show(number)
    if json:
        print_json(asdict(detail))
        return
    memory = detail.memory
    say(f"memory {memory.id} ({memory.namespace}, {memory.state}): {memory.text or '(its words are gone)'}")
    if memory.subject or memory.attribute:
        say(f"  about      {memory.subject} › {memory.attribute}")
    say(f"  whose      {memory.owner}; may be told to {', '.join(memory.audience) or 'nobody else'}")
    say(f"  said       {memory.source_text or '(not kept)'}")
    say(
        f"  learned    {_when(memory.learned_at)}"
        + (f" in turn {memory.source_turn}" if memory.source_turn else "")
    )
    until = _when(memory.valid_to) if memory.valid_to is not None else "now"
    say(f"  holds      {_when(memory.valid_from)} to {until}")
    say(f"  confidence {memory.strength:.2f} (said {memory.repeats + 1}×, used {memory.uses}×)")
    if memory.reason:
        say(f"  because    {memory.reason}")
    for other in detail.disagrees_with:
        say(f"  disagrees with memory {other.id}: {other.text}")
    for change in detail.history:
        say(
            f"  {_when(change.at)}  {change.action} by {change.actor}"
            + (" (undone)" if change.undone else "")
        )


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="What to look for.")],
    namespace: Namespace = None,
    limit: Limit = 20,
    json: AsJson = False,
) -> None:
    """Everything that matches the words, best first."""
    with _to_look_at() as store:
        found = store.search(" ".join(words), limit=limit, namespaces=(namespace,) if namespace else None)
    if json:
        print_json([{"score": hit.score, **asdict(hit.memory)} for hit in found])
    else:
        _print_rows([hit.memory for hit in found], False)


@app.command()
def add(
    text: Annotated[list[str], typer.Argument(help="The fact, as you would say it.")],
    namespace: Annotated[
        str, typer.Option("--namespace", "-n", help="personal, episodic, wiki or schedule.")
    ] = "personal",
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", "-t", help="What it is about: first the subject, then the attribute."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Store a fact by hand. The rules are those of a conversation."""
    speaker = load_config().conversation.speaker
    with _store() as store:
        _print_outcome(store.add(namespace, " ".join(text), tags=tag or (), speaker=speaker), json)


@app.command()
def edit(
    number: Number,
    text: Annotated[list[str], typer.Argument(help="The new wording.")],
    json: AsJson = False,
) -> None:
    """Correct the wording of a memory; `undo` takes it back."""
    with _store() as store:
        _print_rows([store.edit(number, " ".join(text))], json)


@app.command()
def forget(
    what: Annotated[list[str], typer.Argument(help="A memory's number, or words that plainly mean it.")],
    json: AsJson = False,
) -> None:
    """Forget for good, which can't be undone. The memory goes, its history, and its words in the log."""
    from lila.forgetting import redact_forgotten
    from lila.shelf import memory_number
    from training_log import Journal

    words = " ".join(what)
    number = memory_number(words)
    with _store() as store:
        outcome = store.forget(words if number is None else number)
    with Journal(load_config().home / "log") as journal:
        redact_forgotten(journal, [outcome])
    _print_outcome(outcome, json)


@app.command()
def conflicts(json: AsJson = False) -> None:
    """Claims that disagree and wait for you. `approve` decides."""
    with _to_look_at() as store:
        waiting = store.conflicts()
    if json:
        print_json([asdict(conflict) for conflict in waiting])
        return
    if not waiting:
        say("Nothing is contested.")
    for conflict in waiting:
        say(conflict.question)
        _print_rows(conflict.memories, False)


@app.command()
def approve(number: Number, json: AsJson = False) -> None:
    """Make a pending memory yours, or let it win its conflict."""
    with _store() as store:
        _print_outcome(store.approve(number), json)


@app.command()
def history(
    number: Annotated[
        int | None,
        typer.Argument(min=1, help="Only of this memory."),
    ] = None,
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """What changed, newest first. The numbers are what `undo` takes."""
    with _to_look_at() as store:
        changes = store.history(number, limit=limit)
    if json:
        print_json([asdict(change) for change in changes])
        return
    for change in changes:
        undone = "  (undone)" if change.undone else ""
        say(
            f"{change.group:>5}  {_when(change.at)}  memory {change.memory:>4}  {change.action} by {change.actor}{undone}"
        )


@app.command()
def undo(
    operation: Annotated[
        int | None,
        typer.Argument(min=1, help="The operation's number in `history`; without it, the last one."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Take back an operation. Forgetting can't be undone: the words are gone."""
    with _store() as store:
        _print_rows(store.undo(operation), json)


@app.command()
def export(
    path: Annotated[Path, typer.Argument(help="Where to write it, or - for standard output.")],
    json: Annotated[
        bool, typer.Option("--json", help="Report what was written; the export itself is JSON.")
    ] = False,
) -> None:
    """Write all that Lila remembers as JSON. `import` takes it back without loss."""
    with _to_look_at() as store:
        document = store.export()
    text = json_module.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if str(path) == "-":
        sys.stdout.write(text)
        return
    _write_private(path, text)
    count = len(cast("list[object]", document["memories"]))
    if json:
        print_json({"memories": count, "path": str(path)})
    else:
        say(f"{count} memories written to {path}", file=sys.stderr)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A file that `export` wrote, or - for standard input.")],
    json: AsJson = False,
) -> None:
    """Take in an export. Rows that can't be used are refused one by one, each with its reason."""
    text = sys.stdin.read() if str(path) == "-" else _read(path)
    with _store() as store:
        report = store.import_(text)
    if json:
        print_json(asdict(report))
        return
    say(f"{report.imported} imported, {report.known} known already, {len(report.refused)} refused")
    for row, reason in report.refused:
        say(f"  row {row}: {reason}", file=sys.stderr)


@contextmanager
def _store() -> Iterator[Store]:
    from memory import Store

    with Store(load_config().home / "memory.db") as store, _known_numbers():
        yield store


@contextmanager
def _to_look_at() -> Iterator[Store]:
    """The store for what only reports: also where nothing can be written, and no home is made for it."""
    from memory import Store
    from memory.reading import FileToRead

    with Store(read_config().home / "memory.db", file=FileToRead) as store, _known_numbers():
        yield store


@contextmanager
def _known_numbers() -> Iterator[None]:
    try:
        yield
    except OverflowError as error:  # beyond 64 bits
        raise LilaError("no number is that high; `lila memory list` shows them", code="usage") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LilaError(f"{path} can't be read: {error.strerror}", code="usage") from error
    except UnicodeDecodeError as error:
        raise LilaError(f"{path} is no text, so it is no export", code="usage") from error


def _write_private(path: Path, text: str) -> None:
    """All or nothing, and for its owner's eyes only."""
    from training_log.files import replace_whole

    try:
        replace_whole(path, [text.encode("utf-8")])
    except OSError as error:
        message = f"nothing was exported to {path} ({error.strerror}); choose another path"
        raise LilaError(message, code="export_failed") from error


def _known_state(state: str | None) -> str | None:
    from memory.model import STATES

    if state is not None and state not in STATES:
        raise LilaError(f"'{state}' is no state; choose one of {', '.join(STATES)}", code="usage")
    return state


def _when(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"


def _print_rows(memories: Sequence[Memory], as_json: bool) -> None:
    if as_json:
        print_json([asdict(memory) for memory in memories])
        return
    own = read_config().conversation.speaker
    for memory in memories:
        state = "" if memory.state == "approved" else f"  [{memory.state}]"
        whose = "" if memory.owner == own else f"  (told by {memory.owner})"
        say(f"{memory.id:>5}  {memory.namespace:<9}  {memory.strength:.2f}  {memory.text}{state}{whose}")


def _print_outcome(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        plain: dict[str, Any] = {"fate": outcome.fate, "ids": outcome.ids, "namespace": outcome.namespace}
        print_json({**plain, "message": outcome.message})
    else:
        numbers = ", ".join(map(str, outcome.ids))
        say(
            f"{outcome.fate}"
            + (f" (memory {numbers})" if numbers else "")
            + (f": {outcome.message}" if outcome.message else "")
        )
    if outcome.fate == "refused":
        raise typer.Exit(1)
