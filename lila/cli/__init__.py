"""The way in: runs the command line and gives its exit status.

Nothing but the standard library's first modules is imported before `main` runs, so that Ctrl-C is heard from the
beginning: while the commands are being imported it is an exit status, too, and no traceback.
"""

from __future__ import annotations

import io
import os
import sys

__all__ = ["main"]


def main() -> int:
    """Run the command line and return its exit status.

    An error is one sentence on stderr and status 1; a wrong usage is 2, Ctrl-C is 130.
    """
    try:
        _lend_streams()
        _spare_the_cores()
        status = _run()
    except KeyboardInterrupt:
        status = 130
    except Exception as error:
        status = 1
        print(f"lila: {_sentence(error)}", file=sys.stderr)
    return _flushed(status)


def _lend_streams() -> None:
    """Give the program streams that it can use.

    A caller may have closed any of the three. Then the first file that is opened would get its number, and what
    is printed would go into that file; /dev/null takes the place first.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Not closed again: it holds the place as long as the process lives.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without › is no reason to fail


def _spare_the_cores() -> None:
    """Leave the cores to the engine's threads, unless the person has said otherwise.

    Those of numpy's BLAS look out for work for a while after it is imported; a first token took three times as long.
    Nothing here multiplies matrices in numpy that would be worth a thread.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _run() -> int:
    from lila.cli.root import app

    try:
        app(prog_name="lila")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    return 0


def _sentence(error: Exception) -> str:
    """What a person is told; what isn't one of Lila's own errors is a fault of hers, or the disk's."""
    if isinstance(getattr(error, "code", None), str):
        return str(error)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{error.filename}: {reason}" if error.filename else reason
    if sys.flags.dev_mode:
        raise error
    return (
        f"something went wrong in me ({type(error).__name__}: {error}); `python -X dev -m lila` shows where"
    )


def _flushed(status: int) -> int:
    """Flush now: at the interpreter's end a reader that went away would be a complaint on stderr."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            print(f"lila: what was printed can't be written ({error.strerror})", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
