"""Personas and modes: who answers, and in which frame of mind.

A persona is a Markdown file with front matter. The text below the front matter is who Lila is, for models
that read a system prompt; the front matter sets how they choose words, and who may talk to this persona:

    ---
    title: Kit
    temperature: 0.8
    mirostat: 2
    tags: [playful]
    access: [family]
    ---
    You are Kit, …

Modes are tables in `modes.toml`: sampling values, a `style` sentence, and whether replies are spoken.
Both are looked for in LILA_HOME first, then among those that come with Lila.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lila.errors import BadValue, ConfigError, PersonaError, UnknownKey, UnknownPersona
from lila.settings import check_settings
from lila.toml_lines import key_lines

__all__ = ["Mode", "Persona", "load_modes", "load_persona", "persona_names"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_OWN_KEYS = ("title", "tags", "access")


@dataclass(frozen=True, slots=True)
class Persona:
    """Who answers; `access` empty means that everybody may talk to it."""

    name: str
    title: str
    text: str
    values: Mapping[str, object]
    tags: tuple[str, ...] = ()
    access: tuple[str, ...] = ()

    def admits(self, tags: tuple[str, ...] | None, speaker: str, owner: str) -> bool:
        """True if this person may talk to it: the owner always, others by name or by one of their tags."""
        return not self.access or speaker == owner or bool({speaker, *(tags or ())} & set(self.access))


@dataclass(frozen=True, slots=True)
class Mode:
    """A frame of mind."""

    name: str
    values: Mapping[str, object]


def persona_names(folders: tuple[Path, ...]) -> list[str]:
    """The names that `load_persona` finds in `folders`."""
    return sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.md")})


def load_persona(name: str, folders: tuple[Path, ...]) -> Persona:
    """The persona of that name, from the first folder that has it; raises PersonaError."""
    if _NAME.fullmatch(name):
        for folder in folders:
            path = folder / f"{name}.md"
            if path.is_file():
                return _read_persona(name, path, _version(path))
    names = persona_names(folders)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names)}"
    raise UnknownPersona(f"there is no persona '{name[:60]}'; {hint}")


def _version(path: Path) -> tuple[int, ...]:
    """What is different once the file was written anew."""
    seen = path.stat()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


@lru_cache(maxsize=32)
def _read_persona(name: str, path: Path, _version: tuple[int, ...]) -> Persona:
    """What the file of this version says; read once, for every turn asks for it."""
    import yaml  # here because only a boot reads personas, and `lila --help` must not wait for it

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PersonaError(f"{path}: can't be read: {error}") from error
    front, body = _split(text, path)
    try:
        data = yaml.safe_load(front) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        raise PersonaError(f"{path}:{line}: the front matter can't be read: {error}") from error
    if not isinstance(data, dict):
        raise PersonaError(f"{path}:2: the front matter must be lines of 'key: value'")
    own = {key: data.pop(key) for key in _OWN_KEYS if key in data}
    values: dict[str, object] = {}
    for key, value in data.items():
        place = f"{path}:{_line_of(text, str(key))}"
        try:
            values |= check_settings({str(key): value}, place)
        except UnknownKey as error:
            near = difflib.get_close_matches(str(key), (*_OWN_KEYS, error.nearest or ""), n=1)
            raise PersonaError(
                str(UnknownKey(str(key), place=place, nearest=near[0] if near else None))
            ) from None
        except ConfigError as error:
            raise PersonaError(str(error)) from None
    title = own.get("title", name.capitalize())
    if not isinstance(title, str):
        raise PersonaError(f"{path}:{_line_of(text, 'title')}: 'title' must be text")
    tags, access = (_words(own.get(key), key, text, path) for key in ("tags", "access"))
    return Persona(name, title, body, values, tags, access)


def _split(text: str, path: Path) -> tuple[str, str]:
    if not text.startswith("---\n"):
        return "", text.strip()
    front, separator, body = text[4:].partition("\n---\n")
    if not separator:
        raise PersonaError(f"{path}:1: the front matter has no end; close it with a line of '---'")
    return front, body.strip()


def _line_of(text: str, key: str) -> int:
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _words(value: object, key: str, text: str, path: Path) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise PersonaError(f"{path}:{_line_of(text, key)}: '{key}' must be a list of words")


def load_modes(folders: tuple[Path, ...]) -> dict[str, Mode]:
    """All modes by name; a mode in an earlier folder hides one of the same name. Raises ConfigError."""
    modes: dict[str, Mode] = {}
    for folder in reversed(folders):
        path = folder / "modes.toml"
        if not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            tables = tomllib.loads(text)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"can't be read: {error}", place=str(path)) from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"is not valid TOML: {error}", place=str(path)) from error
        lines = key_lines(text)
        for name, table in tables.items():
            place = f"{path}:{lines.get(name, 1)}"
            if not isinstance(table, dict):
                raise BadValue(f"'{name}' must be a table such as [{name}]", place=place, key=name)
            values: dict[str, object] = {}
            for key, value in table.items():
                values |= check_settings({key: value}, f"{path}:{lines.get(f'{name}.{key}', 1)}")
            modes[name] = Mode(name, values)
    return modes
