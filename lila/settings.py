"""How this turn is answered, and where every value came from.

Layers are merged in order, later wins: defaults, persona, mode, what the model can take, the person's
profile, the request. `Settings.origins` keeps the winning layer of each value, and `Settings.overridden`
what it won over, so that Lila can say why she answers as she does.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lila.backends.base import SamplingSettings
from lila.config import Profile, SamplingDefaults
from lila.errors import BadValue, UnknownKey

__all__ = ["Layer", "Overridden", "Settings", "check_settings", "merge", "model_layer", "profile_layer"]


@dataclass(frozen=True, slots=True)
class Layer:
    """Values from one place; `name` is how the place is told to a person ("persona kit")."""

    name: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Overridden:
    """A value that lost to a later layer."""

    key: str
    value: object
    layer: str


@dataclass(frozen=True, slots=True)
class Settings(SamplingDefaults):
    """The merged values. `style` are sentences on how to speak, all layers' in order."""

    style: tuple[str, ...] = ()
    speak: bool = True
    origins: Mapping[str, str] = field(default_factory=dict)
    overridden: tuple[Overridden, ...] = ()

    def sampling(self) -> SamplingSettings:
        """The part that backends take."""
        return SamplingSettings(
            temperature=self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            min_p=self.min_p,
            repeat_penalty=self.repeat_penalty,
            frequency_penalty=self.frequency_penalty,
            presence_penalty=self.presence_penalty,
            mirostat=1 if self.mirostat == 1 else 2 if self.mirostat == 2 else 0,
            mirostat_tau=self.mirostat_tau,
            mirostat_eta=self.mirostat_eta,
            seed=None if self.seed < 0 else self.seed,
        )

    def explain(self) -> list[str]:
        """One line per value that isn't a default: "temperature 0.7 from persona kit (not 0.0, default)"."""
        lost: dict[str, list[str]] = {}
        for each in self.overridden:
            lost.setdefault(each.key, []).append(f"{each.value}, {each.layer}")
        lines: list[str] = []
        for key, origin in self.origins.items():
            value = getattr(self, key)
            text = " ".join(value) if isinstance(value, tuple) else str(value)
            losers = f" (not {'; '.join(lost[key])})" if key in lost else ""
            lines.append(f"{key} {text} from {origin}{losers}")
        return lines


_FIELDS = {item.name: item for item in dataclasses.fields(SamplingDefaults)}
SETTING_NAMES: tuple[str, ...] = (*_FIELDS, "style", "speak")


def check_settings(values: Mapping[str, object], place: str) -> dict[str, object]:
    """The values in their final types; raises UnknownKey or BadValue with `place`."""
    checked: dict[str, object] = {}
    for key, value in values.items():
        if key not in SETTING_NAMES:
            near = difflib.get_close_matches(key, SETTING_NAMES, n=1)
            raise UnknownKey(key, place=place, nearest=near[0] if near else None)
        checked[key] = _checked(key, value, place)
    return checked


def _checked(key: str, value: object, place: str) -> object:
    if key == "speak":
        if isinstance(value, bool):
            return value
        raise BadValue(f"'{key}' must be true or false, not {value!r}", place=place, key=key)
    if key == "style":
        if isinstance(value, str) and len(value) <= 2000:
            return value
        raise BadValue(f"'{key}' must be text of at most 2000 characters", place=place, key=key)
    item = _FIELDS[key]
    whole = isinstance(item.default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise BadValue(
            f"'{key}' must be {'a whole number' if whole else 'a number'}, not {value!r}",
            place=place,
            key=key,
        )
    low, high = item.metadata["low"], item.metadata["high"]
    assert isinstance(value, (int, float))
    if not low <= value <= high:  # refuses nan too
        raise BadValue(f"'{key}' must be between {low} and {high}, not {value}", place=place, key=key)
    return value if whole else float(value)


def merge(layers: Sequence[Layer]) -> Settings:
    """Merge checked layers, later wins; the first names the defaults and has no origin of its own."""
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    overridden: list[Overridden] = []
    style: list[str] = []
    styled_by: list[str] = []
    first = layers[0].name if layers else ""
    for layer in layers:
        for key, value in layer.values.items():
            if key == "style":
                if value:
                    style.append(str(value))
                    styled_by.append(layer.name)
                continue
            if key in values and values[key] != value:
                overridden.append(Overridden(key, values[key], origins.get(key, first)))
            if layer.name != first and values.get(key, object()) != value:
                origins[key] = layer.name
            values[key] = value
    if style:
        origins["style"] = " and ".join(styled_by)
    return Settings(
        **values,  # type: ignore[arg-type]  # checked by check_settings
        style=tuple(style),
        origins=origins,
        overridden=tuple(overridden),
    )


def model_layer(dialect: str) -> Layer:
    """What the model can take: the built-in one copies facts exactly only when it isn't left to chance."""
    values: dict[str, object] = {"temperature": 0.0, "mirostat": 0} if dialect == "native" else {}
    return Layer("the built-in model, which copies exactly only so", values)


def profile_layer(person: str, profile: Profile | None) -> Layer:
    """What a person prefers."""
    values: dict[str, object] = {}
    if profile is not None:
        values = {
            item.name: value
            for item in dataclasses.fields(profile)
            if item.name in SETTING_NAMES and (value := getattr(profile, item.name)) is not None
        }
    return Layer(f"{person}'s profile", values)
