"""Configuration: every key is documented, precedence holds, and every mistake is refused with its place."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from lila import config
from lila.config import configs_folder, known_keys, lila_home, load, make_home
from lila.errors import BadValue, ConfigError, UnknownKey
from lila.toml_lines import key_lines


def write(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    path = home / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_default_toml_documents_every_key_with_its_default() -> None:
    tables = tomllib.loads((configs_folder() / "default.toml").read_text(encoding="utf-8"))
    documented = {
        f"{section}.{key}": value for section, table in tables.items() for key, value in table.items()
    }
    expected = {key: list(each) if isinstance(each, tuple) else each for key, each in known_keys().items()}
    assert documented == expected
    assert {key: type(value) for key, value in documented.items()} == {
        k: type(v) for k, v in expected.items()
    }


def test_default_toml_comments_every_key() -> None:
    text = (configs_folder() / "default.toml").read_text(encoding="utf-8")
    profile = set(config.Profile.__dataclass_fields__)
    assert all(f"# {name} = " in text for name in profile)


def test_defaults_alone(tmp_path: Path) -> None:
    loaded = load(environ={}, home=tmp_path)
    assert loaded.server.port == 8765
    assert loaded.sources == {}


def test_later_layers_win_and_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "[server]\nport = 1111\nhost = 'a'\ntoken = 'f'\n")
    environ = {"LILA_SERVER_PORT": "2222", "LILA_SERVER_HOST": "b"}
    loaded = load({"server.port": 3333}, environ=environ, home=tmp_path)
    assert (loaded.server.port, loaded.server.host, loaded.server.token) == (3333, "b", "f")
    assert loaded.sources == {
        "server.port": "command line (server.port)",
        "server.host": "environment variable LILA_SERVER_HOST",
        "server.token": f"{path}:4",
    }


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("[server]\n\nprot = 1\n", 3, "did you mean 'server.port'"),
        ("# hello\n[servr]\nport = 1\n", 3, "did you mean 'server.port'"),
        ("[server]\nhost = 'x'\nport = '80'\n", 3, "must be a whole number"),
        ("[server]\nport = true\n", 2, "must be a whole number"),
        ("[server]\nport = 99999\n", 2, "between 0 and 65535"),
        ("[sampling]\ntemperature = nan\n", 2, "between 0.0 and 5.0"),
        ("[backends]\nchain = ['native', 'ggug']\n", 2, "did you mean 'gguf'"),
        ("[tools]\n\nenabled = ['clok']\n", 3, "none of clock, timer, .*; did you mean 'clock'"),
        ("[backends]\nchain = []\n", 2, "at least one of native, gguf"),
        ("# hello\nserver = 3\n", 2, "'server' is a table of settings .* such as server.host"),
        ("people = 3\n", 1, "'people' is a table of settings .* such as people.anna.persona"),
        ("[people]\nanna = 3\n", 2, "'people.anna' is a table of settings .* such as people.anna.persona"),
        ("[tools]\nmachine = 'sometimes'\n", 2, "ask, never, always"),
        ("[memory]\nenabled = 1\n", 2, "true or false"),
        ("port = 1\n", 1, "did you mean 'server.port'"),
        ("[people.anna]\ntemprature = 0.5\n", 2, "did you mean 'people.anna.temperature'"),
        ("[people.anna]\ntemperature = 9\n", 2, "between"),
        ('[api]\nbase_url = """\nport = 5\n"""\nmodle = \'x\'\n', 5, "did you mean 'api.model'"),
    ],
)
def test_mistakes_in_the_file_are_refused_with_their_line(
    tmp_path: Path, text: str, line: int, complaint: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError, match=complaint) as caught:
        load(environ={}, home=tmp_path)
    assert caught.value.place == f"{path}:{line}"


def test_broken_toml_and_bytes_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "[server\nport = 1\n")
    with pytest.raises(ConfigError, match="line 1"):
        load(environ={}, home=tmp_path)
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="can't be read"):
        load(environ={}, home=tmp_path)


@pytest.mark.parametrize(
    ("environ", "kind", "complaint"),
    [
        ({"LILA_SERVER_PROT": "1"}, UnknownKey, "did you mean 'LILA_SERVER_PORT'"),
        ({"LILA_SERVER_PORT": "x"}, BadValue, "LILA_SERVER_PORT: 'server.port' must be a whole number"),
        ({"LILA_MEMORY_ENABLED": "maybe"}, BadValue, "true or false"),
        ({"LILA_BACKENDS_CHAIN": ""}, BadValue, "at least one of native"),
        ({"LILA_TOOLS_ENABLED": "clock,timr"}, BadValue, "did you mean 'timer'"),
        ({"LILA_API_TIMEOUT_S": "fast"}, BadValue, "must be a number"),
    ],
)
def test_mistakes_in_the_environment(
    tmp_path: Path, environ: dict[str, str], kind: type[ConfigError], complaint: str
) -> None:
    with pytest.raises(kind, match=complaint):
        load(environ=environ, home=tmp_path)


def test_environment_values_get_their_types(tmp_path: Path) -> None:
    environ = {
        "LILA_BACKENDS_CHAIN": "api, native",
        "LILA_MEMORY_ENABLED": "no",
        "LILA_API_KEY": "12345",
        "LILA_HOME": "/elsewhere",
        "LILA_ENGINE_CPU": "x",
        "PATH": "y",
    }
    loaded = load(environ=environ, home=tmp_path)
    assert loaded.backends.chain == ("api", "native")
    assert loaded.memory.enabled is False
    assert loaded.api.key == "12345"


def test_command_line_mistakes(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match=r"did you mean 'server\.host'"):
        load({"server.hots": "x"}, environ={}, home=tmp_path)
    with pytest.raises(BadValue, match="command line"):
        load({"server.port": "-1"}, environ={}, home=tmp_path)


def test_every_tool_may_be_switched_off(tmp_path: Path) -> None:
    assert load({"tools.enabled": ""}, environ={}, home=tmp_path).tools.enabled == ()


def test_people(tmp_path: Path) -> None:
    write(tmp_path, "[people.anna]\nmode = 'brief'\ntemperature = 1\naccess = ['adult']\n")
    anna = load(environ={}, home=tmp_path).people["anna"]
    assert (anna.mode, anna.temperature, anna.access, anna.persona) == ("brief", 1.0, ("adult",), None)


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    loaded = load({"api.key": "sesame", "server.token": "sesame"}, environ={}, home=tmp_path)
    assert "sesame" not in repr(loaded)


def test_home_is_private(tmp_path: Path) -> None:
    home = make_home(tmp_path / "deep" / "home")
    for folder in (home, home / "log", home / "models"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert lila_home({"LILA_HOME": str(home)}) == home
    assert lila_home({}).name == ".lila"


def test_home_that_cannot_be_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="set LILA_HOME"):
        make_home(tmp_path / "file" / "home")


def test_key_lines_finds_dotted_and_quoted_keys() -> None:
    text = "a.b = 1\n[c]\n\"d e\" = 2\n[people.'x']\ny = '''\nz = 3\n'''\nw = 4\n"
    lines = key_lines(text)
    assert lines["a.b"] == 1
    assert lines["c.d e"] == 3
    assert lines["people.x.y"] == 5
    assert lines["people.x.w"] == 8
    assert "people.x.z" not in lines
