"""Personas and modes: those that ship are sound, and a bad file is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from lila.config import configs_folder
from lila.errors import ConfigError, PersonaError
from lila.persona import load_modes, load_persona, persona_names

SHIPPED = configs_folder() / "personas"


def write(folder: Path, text: str, name: str = "x") -> tuple[Path, ...]:
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return (folder,)


def test_shipped_personas_load() -> None:
    names = persona_names((SHIPPED,))
    assert len(names) >= 3
    assert "lila" in names
    for name in names:
        assert load_persona(name, (SHIPPED,)).text


def test_shipped_modes_load() -> None:
    modes = load_modes((configs_folder(),))
    assert {"focus", "calm", "playful", "brief", "overstimulated", "shut down"} <= set(modes)
    assert modes["shut down"].values["speak"] is False


def test_front_matter(tmp_path: Path) -> None:
    text = "---\ntitle: Kit\ntemperature: 1\nmirostat: 2\ntags: [a]\naccess: [family]\n---\nHello.\n"
    persona = load_persona("x", write(tmp_path, text))
    assert (persona.title, persona.text, persona.tags, persona.access) == (
        "Kit",
        "Hello.",
        ("a",),
        ("family",),
    )
    assert persona.values == {"temperature": 1.0, "mirostat": 2}


def test_home_hides_what_ships(tmp_path: Path) -> None:
    write(tmp_path, "Other.", "lila")
    assert load_persona("lila", (tmp_path, SHIPPED)).text == "Other."


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("---\ntemprature: 1\n---\n", "x.md:2: unknown key 'temprature'; did you mean 'temperature'"),
        ("---\ntitle: A\ntemperature: warm\n---\n", "x.md:3: .* a number"),
        ("---\ntags: one\n---\n", "x.md:2: 'tags' must be a list"),
        ("---\ntitle: [1]\n---\n", "x.md:2: 'title' must be text"),
        ("---\n- a\n---\n", "x.md:2: .*key: value"),
        ("---\na: b: c\n---\n", "x.md:2: the front matter can't be read"),
        ("---\ntitle: A\n", "x.md:1: .* no end"),
    ],
)
def test_bad_personas_are_refused_with_their_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(PersonaError, match=complaint):
        load_persona("x", write(tmp_path, text))


def test_bad_modes_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "modes.toml").write_text("[calm]\n\ntemprature = 1\n")
    with pytest.raises(ConfigError, match=r"modes.toml:3: unknown key"):
        load_modes((tmp_path,))
    (tmp_path / "modes.toml").write_text("calm = 1\n")
    with pytest.raises(ConfigError, match=r"modes.toml:1: 'calm' must be a table"):
        load_modes((tmp_path,))


def test_modes_that_are_no_text_are_refused_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "modes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"modes\.toml: can't be read"):
        load_modes((tmp_path,))
