"""The merge of settings: later layers win, and every value can be traced to the layer it came from."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from lila.config import Config, Profile, SamplingDefaults, configs_folder
from lila.errors import BadValue, PersonaError, UnknownKey
from lila.mind_settings import MindSettings
from lila.request import Asked, read_context
from lila.settings import Layer, Overridden, check_settings, merge

DEFAULTS = {item.name: item.default for item in dataclasses.fields(SamplingDefaults)}


def minds(home: Path, **people: Profile) -> MindSettings:
    return MindSettings(Config(home=home, people=people), (home, configs_folder()))


def test_defaults_have_no_origin() -> None:
    merged = merge([Layer("default", DEFAULTS)])
    assert merged.origins == {}
    assert merged.explain() == []


def test_later_layers_win_and_the_losers_are_kept() -> None:
    merged = merge(
        [
            Layer("default", DEFAULTS),
            Layer("persona kit", {"temperature": 0.8, "style": "Be quick."}),
            Layer("mode calm", {"temperature": 0.4, "style": "Be gentle."}),
            Layer("this request", {"temperature": 0.1}),
        ]
    )
    assert merged.temperature == 0.1
    assert merged.origins["temperature"] == "this request"
    assert merged.overridden == (
        Overridden("temperature", 0.0, "default"),
        Overridden("temperature", 0.8, "persona kit"),
        Overridden("temperature", 0.4, "mode calm"),
    )
    assert merged.style == ("Be quick.", "Be gentle.")
    assert merged.explain() == [
        "temperature 0.1 from this request (not 0.0, default; 0.8, persona kit; 0.4, mode calm)",
        "style Be quick. Be gentle. from persona kit and mode calm",
    ]


def test_sampling_takes_every_value() -> None:
    given = {"temperature": 0.7, "top_k": 40, "top_p": 0.9, "min_p": 0.05, "mirostat": 2, "seed": 7}
    sampling = merge([Layer("default", {**DEFAULTS, **given})]).sampling()
    assert {key: getattr(sampling, key) for key in given} == given
    assert merge([Layer("default", DEFAULTS)]).sampling().seed is None


@pytest.mark.parametrize(
    ("values", "kind", "complaint"),
    [
        ({"temprature": 1}, UnknownKey, "did you mean 'temperature'"),
        ({"temperature": "hot"}, BadValue, "a number"),
        ({"temperature": float("nan")}, BadValue, "between"),
        ({"temperature": True}, BadValue, "a number"),
        ({"top_k": 1.5}, BadValue, "whole number"),
        ({"mirostat": 3}, BadValue, "between 0 and 2"),
        ({"speak": 1}, BadValue, "true or false"),
        ({"style": "x" * 3000}, BadValue, "2000"),
    ],
)
def test_bad_settings_are_refused_with_their_place(
    values: dict[str, object], kind: type[Exception], complaint: str
) -> None:
    with pytest.raises(kind, match=complaint):
        check_settings(values, "here")


def test_whole_path_from_context_to_request(tmp_path: Path) -> None:
    anna = Profile(persona="kit", mode="calm", temperature=0.5)
    request = minds(tmp_path, anna=anna).request("hi", Asked(speaker="anna"), "taught")
    assert (request.persona.name, request.mode, request.settings.temperature) == ("kit", "calm", 0.5)
    assert request.settings.origins["temperature"] == "anna's profile"
    assert request.settings.origins["top_p"] == "persona kit"
    asked = Asked(speaker="anna", persona="lila", mode="", settings={"temperature": 1.0})
    request = minds(tmp_path, anna=anna).request("hi", asked, "taught")
    assert (request.persona.name, request.mode, request.settings.temperature) == ("lila", "", 1.0)


def test_built_in_model_is_greedy_unless_a_person_asks(tmp_path: Path) -> None:
    request = minds(tmp_path).request("hi", Asked(persona="kit", mode="playful"), "native")
    assert request.settings.temperature == 0.0
    assert "built-in model" in request.settings.origins["temperature"]
    asked = Asked(persona="kit", settings={"temperature": 0.7})
    assert minds(tmp_path).request("hi", asked, "native").settings.temperature == 0.7


def test_access_is_checked(tmp_path: Path) -> None:
    guest, adult = Profile(), Profile(access=("adult",))
    mind = minds(tmp_path, guest=guest, anna=adult)
    assert mind.request("hi", Asked(persona="quill"), "native").persona.name == "quill"
    assert mind.request("hi", Asked(persona="quill", speaker="anna"), "native").persona.name == "quill"
    for speaker in ("guest", "stranger"):
        with pytest.raises(PersonaError, match="talks only to: adult"):
            mind.request("hi", Asked(persona="quill", speaker=speaker), "native")


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    mind = minds(tmp_path)
    with pytest.raises(BadValue, match="did you mean 'focus'"):
        mind.mode("focuss")
    with pytest.raises(PersonaError, match="did you mean 'lila'"):
        mind.persona("lilla")
    with pytest.raises(PersonaError):
        mind.persona("../../etc/passwd")


def test_reflection_is_a_mode(tmp_path: Path) -> None:
    request = minds(tmp_path).request("hi", Asked(mode="reflection"), "native")
    assert request.reflection


@pytest.mark.parametrize(
    ("context", "complaint"),
    [
        ({"mod": "x"}, "did you mean 'mode'"),
        ({"private": "yes"}, "true or false"),
        ({"settings": 5}, "table"),
        ({"settings": {"temprature": 1}}, "did you mean 'temperature'"),
        ({"conversation": ""}, "1 to 200"),
        ({"speaker": 7}, "text"),
    ],
)
def test_bad_contexts_are_refused(context: dict[str, object], complaint: str) -> None:
    with pytest.raises((UnknownKey, BadValue), match=complaint):
        read_context(context)


def test_context_none_is_the_default() -> None:
    assert read_context(None) == Asked()
    assert read_context({"mode": None, "private": True}) == Asked(private=True)
