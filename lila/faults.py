"""What in the home or in the configuration would keep Lila from waking up, each with what mends it.

Everything is opened as waking up would open it, but to be read only: the home stays as it is.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lila.config import HOME_FOLDERS, Config, configs_folder
from lila.errors import LilaError, ToolError
from lila.mind_settings import MindSettings
from lila.tools.shelf import Shelf
from memory.errors import LilaMemoryError, SchemaTooNew
from memory.reading import FileToRead
from memory.store import Store
from training_log.errors import TrainingLogError
from training_log.reading import JournalReader

__all__ = ["Fault", "faults"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is in the way of a conversation."""

    part: str
    """memory, log, tools, home or configuration."""
    problem: str
    mend: str
    """A command or a step."""


def faults(config: Config) -> tuple[Fault, ...]:
    """All of them; empty where Lila can wake up. Errors are the answer, never raised."""
    home = config.home
    found = [*_configuration(config)]
    if home.is_dir():
        found += [
            *_folders(home),
            *_memory(home / "memory.db"),
            *_log(home / "log"),
            *_tools(home / "tools.db"),
        ]
    return tuple(found)


def _configuration(config: Config) -> Iterator[Fault]:
    try:
        MindSettings(config, (config.home, configs_folder()))
    except LilaError as error:
        yield Fault("configuration", str(error), "change that setting or file, or take it out")


def _folders(home: Path) -> Iterator[Fault]:
    for folder in (home / name for name in HOME_FOLDERS if name != "log"):
        if os.path.lexists(folder) and not folder.is_dir():
            yield Fault("home", f"{folder} is not a folder", _out_of_the_way(folder))


def _memory(path: Path) -> Iterator[Fault]:
    if path.is_symlink():
        yield Fault("memory", f"{path} is a link, and Lila opens no other file for it", _in_its_place(path))
        return
    try:
        with Store(path, file=FileToRead) as store:
            store.list(limit=1)
            store.history(limit=1)
    except SchemaTooNew as error:
        yield Fault("memory", str(error), "update Lila, or set LILA_HOME to another folder for this one")
        return
    except (LilaMemoryError, OSError) as error:
        yield Fault(
            "memory", str(error), f"{_out_of_the_way(path)}, then lila memory import your last export"
        )
        return
    yield from _unwritable("memory", path)


def _log(folder: Path) -> Iterator[Fault]:
    try:
        files = JournalReader(folder).files()
    except TrainingLogError as error:
        linked = next(
            (path for path in (folder.iterdir() if folder.is_dir() else ()) if path.is_symlink()), None
        )
        yield Fault("log", str(error), _in_its_place(linked) if linked else _out_of_the_way(folder))
        return
    for path in (folder, *files[-1:], folder / ".lock"):
        yield from _unwritable("log", path)


def _tools(path: Path) -> Iterator[Fault]:
    """The file is opened as it is in use, but a copy of it, for opening brings it up to date."""
    if not path.exists():
        return
    with tempfile.TemporaryDirectory(prefix="lila-doctor-") as folder:
        copy = Path(folder) / path.name
        try:
            for suffix in ("", "-wal"):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    shutil.copyfile(part, copy.with_name(copy.name + suffix))
            Shelf(copy).close()
        except ToolError as error:
            yield Fault("tools", str(error).replace(str(copy), str(path)), _out_of_the_way(path))
            return
        except OSError as error:
            yield Fault("tools", f"{path} can't be read ({error.strerror})", f"chmod u+rw {path}")
            return
    yield from _unwritable("tools", path)


def _unwritable(part: str, path: Path) -> Iterator[Fault]:
    """What its own permissions keep from being written; a home that can't be written at all is told by itself."""
    if path.exists() and os.access(path.parent, os.W_OK) and not os.access(path, os.W_OK):
        yield Fault(part, f"{path} can't be written", f"chown $USER {path} && chmod u+rw {path}")


def _out_of_the_way(path: Path) -> str:
    return f"mv {path} {path}.aside"


def _in_its_place(path: Path) -> str:
    return f"cp --remove-destination {path.resolve()} {path}"
