"""What the configuration names must exist, and the complaint says where it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from lila.config import configs_folder, load
from lila.errors import BadValue, LilaError, UnknownPersona
from lila.mind_settings import MindSettings


@pytest.mark.parametrize(
    ("text", "line", "kind", "complaint"),
    [
        ("[conversation]\npersona = 'lyla'\n", 2, UnknownPersona, "no persona 'lyla'; did you mean 'lila'"),
        ("[conversation]\n\nmode = 'brif'\n", 3, BadValue, "no mode 'brif'; did you mean 'brief'"),
        ("[people.anna]\npersona = 'nobody'\n", 2, UnknownPersona, "no persona 'nobody'"),
        ("[people.anna]\nmode = 'foo'\n", 2, BadValue, "no mode 'foo'"),
    ],
)
def test_a_persona_or_mode_that_is_none_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, kind: type[LilaError], complaint: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(kind, match=complaint) as caught:
        MindSettings(load(environ={}, home=tmp_path), (tmp_path, configs_folder()))
    assert str(caught.value).startswith(f"{path}:{line}: there is no ")


def test_a_persona_file_with_a_fault_is_told_by_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[conversation]\npersona = 'kit'\n")
    (tmp_path / "personas").mkdir()
    kit = tmp_path / "personas" / "kit.md"
    kit.write_text("---\ntemperature: 99\n---\nYou are Kit.\n")
    with pytest.raises(LilaError) as caught:
        MindSettings(load(environ={}, home=tmp_path), (tmp_path, configs_folder()))
    assert str(caught.value).startswith(f"{kit}:2: ")
