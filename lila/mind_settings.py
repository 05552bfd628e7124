"""From a door's context to a complete request: persona, mode and settings, merged with their origins."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Sequence
from pathlib import Path

from lila.config import Config, Conversation, Profile
from lila.errors import BadValue, PersonaError, UnknownPersona
from lila.persona import Mode, Persona, load_modes, load_persona
from lila.request import Asked, Request
from lila.settings import Layer, Settings, merge, model_layer, profile_layer
from lila.wishes import Wish, wish_of, wished

__all__ = ["MindSettings"]

REFLECTION = "reflection"


class MindSettings:
    """Reads personas and modes from `folders` (the home first), and merges what a turn needs."""

    def __init__(self, config: Config, folders: tuple[Path, ...]) -> None:
        self._config = config
        self._personas = tuple(folder / "personas" for folder in folders)
        self._modes = load_modes(folders)
        self._check_configured("conversation", config.conversation)
        for name, profile in config.people.items():
            self._check_configured(f"people.{name}", profile)

    def persona(self, name: str) -> Persona:
        """The persona, as its file says now; raises PersonaError."""
        return load_persona(name, self._personas)

    def mode(self, name: str) -> Mode:
        """The mode; raises BadValue with the nearest known one."""
        if name == REFLECTION:
            return Mode(name, {})
        if name not in self._modes:
            near = difflib.get_close_matches(name, self._modes, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(self._modes)}"
            raise BadValue(f"there is no mode '{name[:60]}'; {hint}", key="mode")
        return self._modes[name]

    def _check_configured(self, section: str, names: Conversation | Profile) -> None:
        """Refuse a persona or a mode that doesn't exist, with the place of the setting that names it."""
        if names.persona is not None:
            try:
                self.persona(names.persona)
            except UnknownPersona as error:
                place = self._config.sources.get(f"{section}.persona", "")
                raise UnknownPersona(f"{place}: {error}" if place else error.message) from error
        if names.mode:
            try:
                self.mode(names.mode)
            except BadValue as error:
                place = self._config.sources.get(f"{section}.mode", "")
                raise BadValue(error.message, place=place, key=f"{section}.mode") from error

    def request(self, text: str, asked: Asked, dialect: str, wishes: Sequence[Wish] = ()) -> Request:
        """The request, complete; `wishes` hold already. Raises PersonaError, BadValue or UnknownKey."""
        here = self._config.conversation
        speaker = asked.speaker or here.speaker
        profile = self._config.people.get(speaker)
        chosen = asked.persona or (profile.persona if profile else None) or here.persona
        persona = self.persona(chosen)
        if not persona.admits(profile.access if profile else None, speaker, here.speaker):
            raise PersonaError(
                f"{persona.title} talks only to: {', '.join(persona.access)}", code="persona_access"
            )
        name = (
            asked.mode
            if asked.mode is not None
            else (profile.mode if profile and profile.mode else here.mode)
        )
        mode = self.mode(name) if name else None
        wish = None if name == REFLECTION else wish_of(text)
        holding = wished(wishes, wish)
        return Request(
            text=text,
            speaker=speaker,
            persona=persona,
            mode=name,
            settings=self._merged(persona, mode, speaker, asked, dialect, holding),
            dialect=dialect,
            private=asked.private,
            reflection=name == REFLECTION,
            wish=wish,
            wishes=holding,
        )

    def _merged(
        self,
        persona: Persona,
        mode: Mode | None,
        speaker: str,
        asked: Asked,
        dialect: str,
        wishes: Sequence[Wish],
    ) -> Settings:
        defaults = self._config.sampling
        layers = [
            Layer(
                "default", {item.name: getattr(defaults, item.name) for item in dataclasses.fields(defaults)}
            ),
            Layer(f"persona {persona.name}", persona.values),
        ]
        if mode is not None:
            layers.append(Layer(f"mode {mode.name}", mode.values))
        layers.append(model_layer(dialect))
        layers.append(profile_layer(speaker, self._config.people.get(speaker)))
        layers += [Layer(f'your words "{each.said}"', {"style": each.style}) for each in wishes]
        layers.append(Layer("this request", asked.settings))
        return merge(layers)
