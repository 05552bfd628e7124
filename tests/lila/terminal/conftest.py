"""A person at a real pseudo-terminal: keys go in, what the screen was sent comes out."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONTROL = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|[=>()][0-9A-B]?)|\r")
PATIENCE_S = 90.0
PROMPT = "you  ›"
"""Without its last space, which the editor draws as a movement of the cursor."""


def _own_terminal() -> None:
    """In the child: without a controlling terminal, Ctrl-C would be a character and no signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A process whose terminal this is."""

    def __init__(self, command: list[str], home: Path) -> None:
        ours, theirs = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("LILA_")}
        environment |= {"LILA_HOME": str(home), "LILA_BACKENDS_CHAIN": "native", "PYTHONPATH": str(ROOT)}
        environment |= {"TERM": "xterm", "COLUMNS": "120", "LINES": "40", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self._fd = ours
        self._seen = 0
        self.screen = ""
        """Everything shown so far, without the control sequences."""
        self._raw = b""
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(theirs)

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def say(self, line: str, expected: str) -> str:
        """Type a line at the prompt; what was shown up to and with `expected`."""
        self.until(PROMPT)
        self.type(line + "\r")
        return self.until(expected)

    def until(self, text: str) -> str:
        """Wait for `text` behind what was waited for before."""
        deadline = time.monotonic() + PATIENCE_S
        while (at := self.screen.find(text, self._seen)) < 0:
            if not self._read(deadline):
                pytest.fail(f"{text!r} was never shown; the screen:\n{self.screen}")
        start, self._seen = self._seen, at + len(text)
        return self.screen[start : self._seen]

    def left(self) -> int:
        """Wait until the process is gone; its exit status."""
        deadline = time.monotonic() + PATIENCE_S
        while self._read(deadline):
            pass
        return self.process.wait(PATIENCE_S)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._fd, 65_536)
        except OSError:  # the other side is closed
            return False
        self._raw += data
        self.screen = CONTROL.sub("", self._raw.decode("utf-8", "ignore"))
        return bool(data)

    def close(self) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._fd)


@contextmanager
def opened(command: list[str], home: Path) -> Iterator[Terminal]:
    terminal = Terminal(command, home)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def at_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """`at_terminal("chat", …)` starts `lila chat …`, always with the same home; `program=` another script."""
    with ExitStack() as stack:

        def start(*words: str, program: str = "") -> Terminal:
            command = [sys.executable, *(["-c", program] if program else ["-m", "lila"]), *words]
            return stack.enter_context(opened(command, tmp_path / "home"))

        yield start
