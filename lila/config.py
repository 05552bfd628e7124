"""Lila's configuration: what can be set, what it is by default, and where each value came from.

The dataclasses below are the schema: a field's type, default, limits (`_between`, `_one_of`, `_some_of`) and meaning.
`configs/default.toml` documents every key; a test holds the two together. `load` merges, later wins:

    defaults  <  LILA_HOME/config.toml  <  LILA_* environment  <  command line

`server.port` is `LILA_SERVER_PORT` in the environment and `server.port` on the command line. An unknown key
or a bad value is refused with its place and the nearest known key. A loaded `Config` never changes.
"""

from __future__ import annotations

import dataclasses
import difflib
import errno
import os
import stat
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lila.errors import BadValue, ConfigError, UnknownKey
from lila.toml_lines import key_lines

__all__ = [
    "Api",
    "Backends",
    "Config",
    "Conversation",
    "Gguf",
    "HOME_FOLDERS",
    "Log",
    "Memory",
    "Native",
    "Profile",
    "Prompt",
    "SamplingDefaults",
    "Server",
    "Tools",
    "Transformers",
    "configs_folder",
    "known_keys",
    "lila_home",
    "load",
    "make_home",
]

HOME_FOLDERS = ("log", "models", "adapters", "reports", "cache")
"""What is made in the home."""

# Variables that begin with LILA_ and are no settings: the home itself, and switches of the parts below.
_NOT_SETTINGS = ("LILA_HOME", "LILA_ENGINE_", "LILA_TEST_", "LILA_BENCH_", "LILA_CPU", "LILA_NANO_")


def _between(default: Any, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _one_of(default: Any, *choices: str) -> Any:
    return field(default=default, metadata={"choices": choices})


def _some_of(*choices: str, least: int = 0) -> Any:
    """All of them by default; `least` is how few may be left."""
    return field(default=choices, metadata={"each": choices, "least": least})


@dataclass(frozen=True, slots=True)
class Conversation:
    """Who talks to whom, when nobody says otherwise."""

    persona: str = "lila"
    mode: str = ""
    speaker: str = "owner"


@dataclass(frozen=True, slots=True)
class SamplingDefaults:
    """How a model chooses its next token; personas, modes, people and requests change it."""

    temperature: float = _between(0.0, 0.0, 5.0)
    top_k: int = _between(0, 0, 100_000)
    top_p: float = _between(1.0, 0.0, 1.0)
    min_p: float = _between(0.0, 0.0, 1.0)
    repeat_penalty: float = _between(1.0, 0.1, 5.0)
    frequency_penalty: float = _between(0.0, -2.0, 2.0)
    presence_penalty: float = _between(0.0, -2.0, 2.0)
    mirostat: int = _between(0, 0, 2)
    mirostat_tau: float = _between(5.0, 0.0, 20.0)
    mirostat_eta: float = _between(0.1, 0.0, 1.0)
    seed: int = _between(-1, -1, 2**31 - 1)
    max_tokens: int = _between(512, 1, 32_768)


@dataclass(frozen=True, slots=True)
class Prompt:
    """How much of what goes into a prompt; sizes in the model's tokens."""

    recall_limit: int = _between(6, 0, 50)
    recall_tokens: int = _between(400, 0, 32_768)
    history_turns: int = _between(20, 0, 1000)


@dataclass(frozen=True, slots=True)
class Memory:
    """What Lila may remember."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Log:
    """The diary that Lila learns from at night; it never leaves LILA_HOME."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Tools:
    """What Lila may do besides talking."""

    enabled: tuple[str, ...] = _some_of("clock", "timer", "list", "schedule", "calculate")
    machine: str = _one_of("ask", "ask", "never", "always")


@dataclass(frozen=True, slots=True)
class Backends:
    """Which models answer, in which order they are tried."""

    chain: tuple[str, ...] = _some_of("native", "gguf", "transformers", "api", least=1)
    dialect: str = _one_of("auto", "auto", "native", "taught")


@dataclass(frozen=True, slots=True)
class Native:
    """Lila's own engine; `model` "" is the built-in lila-nano, `threads` 0 goes by its size and the cores.

    `kv` is the type of the cache of what was read; "q8_0" takes half the memory of "f16". `cache_gib` bounds the packed
    weights that are kept on disk for the next start, of all models together.
    """

    model: str = ""
    threads: int = _between(0, 0, 1024)
    context: int = _between(0, 0, 1_048_576)
    kv: str = _one_of("f16", "f16", "q8_0", "f32")
    sessions: int = _between(4, 1, 256)
    cache_gib: int = _between(8, 1, 4096)

    @property
    def cache_bytes(self) -> int:
        """`cache_gib` in bytes."""
        return self.cache_gib << 30


@dataclass(frozen=True, slots=True)
class Gguf:
    """llama-cpp-python; `model` "" is the built-in lila-nano."""

    model: str = ""
    threads: int = _between(0, 0, 1024)
    context: int = _between(0, 0, 1_048_576)
    gpu_layers: int = _between(0, -1, 10_000)


@dataclass(frozen=True, slots=True)
class Transformers:
    """Hugging Face transformers on torch; `model` is a folder, a GGUF file or a name."""

    model: str = ""
    device: str = "auto"
    threads: int = _between(0, 0, 1024)


@dataclass(frozen=True, slots=True)
class Api:
    """Any server with an OpenAI-compatible API; `base_url` "" leaves it out of the chain."""

    base_url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_s: float = _between(60.0, 0.1, 3600.0)
    connect_timeout_s: float = _between(5.0, 0.1, 600.0)
    retries: int = _between(2, 0, 20)
    backoff_s: float = _between(0.5, 0.0, 60.0)
    context: int = _between(8192, 256, 10_000_000)


@dataclass(frozen=True, slots=True)
class Server:
    """The WebSocket harness."""

    host: str = "127.0.0.1"
    port: int = _between(8765, 0, 65535)
    token: str = field(default="", repr=False)
    origins: tuple[str, ...] = ()
    max_clients: int = _between(64, 1, 100_000)
    max_conversations: int = _between(256, 1, 100_000)
    max_message_bytes: int = _between(65_536, 256, 16_777_216)
    messages_per_minute: int = _between(600, 1, 1_000_000)
    ping_s: float = _between(20.0, 0.1, 3600.0)
    resume_s: float = _between(300.0, 0.0, 86_400.0)
    outbox_events: int = _between(1024, 8, 1_000_000)


@dataclass(frozen=True, slots=True)
class Profile:
    """What one person prefers; None leaves a value as persona and mode have it."""

    persona: str | None = None
    mode: str | None = None
    temperature: float | None = _between(None, 0.0, 5.0)
    top_k: int | None = _between(None, 0, 100_000)
    top_p: float | None = _between(None, 0.0, 1.0)
    min_p: float | None = _between(None, 0.0, 1.0)
    repeat_penalty: float | None = _between(None, 0.1, 5.0)
    max_tokens: int | None = _between(None, 1, 32_768)
    style: str | None = None
    access: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set, `home`, and `sources`: for each key that isn't a default, its place."""

    home: Path
    conversation: Conversation = field(default_factory=Conversation)
    sampling: SamplingDefaults = field(default_factory=SamplingDefaults)
    prompt: Prompt = field(default_factory=Prompt)
    memory: Memory = field(default_factory=Memory)
    log: Log = field(default_factory=Log)
    tools: Tools = field(default_factory=Tools)
    backends: Backends = field(default_factory=Backends)
    native: Native = field(default_factory=Native)
    gguf: Gguf = field(default_factory=Gguf)
    transformers: Transformers = field(default_factory=Transformers)
    api: Api = field(default_factory=Api)
    server: Server = field(default_factory=Server)
    people: Mapping[str, Profile] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


def lila_home(environ: Mapping[str, str] | None = None) -> Path:
    """Where everything that Lila knows lies: `$LILA_HOME`, or `~/.lila`."""
    where = (os.environ if environ is None else environ).get("LILA_HOME", "")
    return Path(where).expanduser().absolute() if where else Path.home() / ".lila"


def make_home(home: Path) -> Path:
    """Create the home and its folders, for its owner alone (0700); raises ConfigError."""
    for folder in (home, *(home / name for name in HOME_FOLDERS)):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if stat.S_IMODE(folder.stat().st_mode) != 0o700:
                folder.chmod(0o700)
        except OSError as error:
            raise _no_home(error, folder) from error
    return home


def _no_home(error: OSError, folder: Path) -> ConfigError:
    """What is in the way of the folder, and what to do about it."""
    elsewhere = "set LILA_HOME to a folder that you can write to"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        message = "the disk is full, and Lila has no room for her folder; free some space"
    elif error.errno == errno.EROFS:
        message = f"this is on a read-only disk; make it writable, or {elsewhere}"
    elif error.errno in (errno.EEXIST, errno.ENOTDIR):
        message = f"a file is where Lila needs a folder; move it away, or {elsewhere}"
    elif error.errno == errno.EPERM:
        message = f"Lila's folder isn't yours ({error.strerror}); make it yours, or {elsewhere}"
    else:
        message = f"can't create Lila's folder ({error.strerror}); {elsewhere}"
    return ConfigError(message, place=str(folder))


def configs_folder() -> Path:
    """The folder with default.toml, personas and modes: inside the wheel, or beside the source tree."""
    inside = Path(__file__).parent / "configs"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "configs"


def load(
    command_line: Mapping[str, object] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    home: Path | None = None,
) -> Config:
    """The merged configuration; raises ConfigError with file, line and the nearest known key."""
    env = os.environ if environ is None else environ
    home = home or lila_home(env)
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    layers = (
        _from_file(home / "config.toml"),
        _from_environment(env),
        _from_command_line(command_line or {}),
    )
    for layer in layers:
        for key, value, place in layer:
            values[key] = value
            sources[key] = place
    return _build(home, values, sources)


def known_keys() -> Mapping[str, object]:
    """Every dotted key but the people's, with its default."""
    found: dict[str, object] = {}
    for section, cls in _sections().items():
        for item in dataclasses.fields(cls):
            found[f"{section}.{item.name}"] = item.default
    return found


def _sections() -> dict[str, type[Any]]:
    hints = typing.get_type_hints(Config)
    return {name: hint for name, hint in hints.items() if dataclasses.is_dataclass(hint)}  # type: ignore[misc]


def _from_file(path: Path) -> Iterator[tuple[str, object, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"can't be read: {error}; mend or remove it", place=str(path)) from error
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", place=str(path)) from error
    lines = key_lines(text)
    for dotted, value in _flatten(tables):
        place = f"{path}:{lines.get(dotted, 1)}"
        yield dotted, _checked(dotted, value, place), place


def _flatten(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in tables.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, dict) and (value or dotted not in (*_sections(), "people")):
            yield from _flatten(value, f"{dotted}.") if value else iter([(dotted, value)])
        elif not isinstance(value, dict):
            yield dotted, value


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    names = {"LILA_" + key.replace(".", "_").upper(): key for key in known_keys()}
    for name, text in sorted(environ.items()):
        if not name.startswith("LILA_") or name.startswith(_NOT_SETTINGS):
            continue
        place = f"environment variable {name}"
        if name not in names:
            raise UnknownKey(name, place="environment", nearest=_nearest(name, names))
        yield names[name], _checked(names[name], _parse(names[name], text, place), place), place


def _from_command_line(given: Mapping[str, object]) -> Iterator[tuple[str, object, str]]:
    for key, value in given.items():
        place = f"command line ({key})"
        parsed = _parse(key, value, place) if isinstance(value, str) else value
        yield key, _checked(key, parsed, place), place


def _field_of(key: str, place: str) -> tuple[dataclasses.Field[Any], Any]:
    """The schema field of a dotted key, and its type."""
    section, _, name = key.partition(".")
    cls: type[Any] | None = _sections().get(section)
    if section == "people" and "." in name:
        cls, name = Profile, name.rpartition(".")[2]
    if cls is not None:
        for item in dataclasses.fields(cls):
            if item.name == name:
                return item, typing.get_type_hints(cls)[name]
    if key in _sections() or (section == "people" and key.count(".") < 2):
        raise _is_a_table(key, place)
    known = [*known_keys(), *_sections()]
    if section == "people":
        known = [f"{key.rpartition('.')[0]}.{item.name}" for item in dataclasses.fields(Profile)]
    raise UnknownKey(key, place=place, nearest=_nearest(key, known))


def _is_a_table(key: str, place: str) -> BadValue:
    """The complaint where one value stands for a whole table of them."""
    person = "anna." if key == "people" else ""
    cls = Profile if key.partition(".")[0] == "people" else _sections()[key]
    example = f"{key}.{person}{dataclasses.fields(cls)[0].name}"
    message = f"'{key}' is a table of settings and has no value of its own; set its keys, such as {example}"
    return BadValue(message, place=place, key=key)


def _nearest(key: str, known: typing.Iterable[str]) -> str | None:
    names = list(known)
    by_last = {name.rpartition(".")[2]: name for name in reversed(names)}
    if key in by_last:
        return by_last[key]
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    if close:
        return close[0]
    close = difflib.get_close_matches(key.rpartition(".")[2], by_last, n=1, cutoff=0.6)
    return by_last[close[0]] if close else None


def _bare(hint: Any) -> Any:
    if typing.get_origin(hint) is types.UnionType:
        return next(each for each in typing.get_args(hint) if each is not types.NoneType)
    return hint


def _parse(key: str, text: object, place: str) -> object:
    """A value written as text, by the type of its key."""
    _item, hint = _field_of(key, place)
    hint, words = _bare(hint), str(text).strip()
    if hint is bool:
        truth = {"true": True, "1": True, "yes": True, "on": True}
        truth |= {"false": False, "0": False, "no": False, "off": False}
        if words.lower() not in truth:
            raise BadValue(f"'{key}' must be true or false, not '{words}'", place=place, key=key)
        return truth[words.lower()]
    if typing.get_origin(hint) is tuple:
        return [each.strip() for each in words.split(",") if each.strip()]
    if hint in (int, float):
        try:
            return typing.cast("type[int] | type[float]", hint)(words)
        except ValueError:
            kind = "a whole number" if hint is int else "a number"
            raise BadValue(f"'{key}' must be {kind}, not '{words}'", place=place, key=key) from None
    return text


def _checked(key: str, value: object, place: str) -> object:
    """The value in its final type, or BadValue."""
    item, hint = _field_of(key, place)
    hint = _bare(hint)
    if typing.get_origin(hint) is tuple:
        return _checked_list(key, value, item, place)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        kinds = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
        raise BadValue(f"'{key}' must be {kinds[hint]}, not {value!r}", place=place, key=key)
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if isinstance(value, (int, float)) and low is not None and high is not None and not low <= value <= high:
        raise BadValue(f"'{key}' must be between {low} and {high}, not {value}", place=place, key=key)
    choices = item.metadata.get("choices")
    if choices and value not in choices:
        raise BadValue(f"'{key}' must be one of {', '.join(choices)}, not {value!r}", place=place, key=key)
    return value


def _checked_list(key: str, value: object, item: dataclasses.Field[Any], place: str) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        raise BadValue(f"'{key}' must be a list of texts, not {value!r}", place=place, key=key)
    allowed = item.metadata.get("each", ())
    if len(value) < item.metadata.get("least", 0):
        raise BadValue(f"'{key}' must hold at least one of {', '.join(allowed)}", place=place, key=key)
    for each in value:
        if allowed and each not in allowed:
            near = _nearest(each, allowed)
            hint = f"; did you mean '{near}'?" if near else ""
            message = f"'{key}' holds {each!r}, which is none of {', '.join(allowed)}{hint}"
            raise BadValue(message, place=place, key=key)
    return tuple(value)


def _build(home: Path, values: Mapping[str, object], sources: Mapping[str, str]) -> Config:
    sections: dict[str, Any] = {}
    for section, cls in _sections().items():
        prefix = f"{section}."
        chosen = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
        sections[section] = cls(**chosen)
    people: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        if key.startswith("people."):
            name, _, setting = key.removeprefix("people.").rpartition(".")
            people.setdefault(name, {})[setting] = value
    profiles = {name: Profile(**chosen) for name, chosen in people.items()}
    return Config(home=home, people=profiles, sources=dict(sources), **sections)
