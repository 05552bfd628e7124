"""Chat templates: the Jinja text that a model file carries, rendered as transformers renders it.

A template comes with a model, so nobody vouches for it: it runs in `engine.sandbox`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2 import TemplateError as JinjaError
from jinja2.ext import Extension
from jinja2.parser import Parser

from engine.errors import TemplateError
from engine.sandbox import BoundedEnvironment
from engine.template_budget import spend_on

__all__ = ["ChatTemplate"]

MAX_SOURCE = 250_000
MAX_TIME_FORMAT = 200
"""Characters: the C library writes up to 256 times as many."""
MAX_REASON = 500
"""Characters of an error's text that come from the template."""


class ChatTemplate:
    """A compiled template; immutable, and any number of threads may render at once."""

    def __init__(
        self,
        source: str,
        *,
        bos_token: str = "",
        eos_token: str = "",
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """TemplateError, with the line, when the source can't be compiled."""
        self.source = source
        self._constants = {"bos_token": bos_token, "eos_token": eos_token, "tools": None, "documents": None}
        self._template = _compile(source, now)

    def render(
        self,
        messages: Sequence[Mapping[str, str]],
        *,
        add_generation_prompt: bool = True,
        variables: Mapping[str, Any] | None = None,
    ) -> str:
        """The prompt for `messages` (keys role and content, and whatever else the template reads).

        `variables` are further names the template may know, such as `enable_thinking`. TemplateError when the
        template refuses the messages, is faulty, or exceeds its bounds.
        """
        names: dict[str, Any] = {**self._constants, **(variables or {})}
        names["messages"] = [dict(message) for message in messages]
        names["add_generation_prompt"] = add_generation_prompt
        try:
            with spend_on():
                return self._template.render(names)
        except TemplateError:
            raise
        except JinjaError as error:
            raise TemplateError(
                f"the chat template refused the conversation: {_legible(error.message)}"
            ) from error
        except RecursionError:
            raise TemplateError("the chat template nests too deeply; use that of a trusted model") from None
        except Exception as error:  # a template can make any builtin fail
            raise TemplateError(
                f"the chat template failed: {type(error).__name__}: {_legible(error)}"
            ) from error


def _compile(source: str, now: Callable[[], datetime]) -> Template:
    if len(source) > MAX_SOURCE:
        raise TemplateError(f"the chat template has {len(source)} characters; expected at most {MAX_SOURCE}")
    environment = BoundedEnvironment(extensions=[_Generation])
    environment.add_filter("tojson", _tojson)
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = lambda form: _time(now, form)
    try:
        return environment.from_string(source)
    except TemplateSyntaxError as error:
        reason = _legible(error.message)
        raise TemplateError(f"the chat template is wrong in line {error.lineno}: {reason}") from error
    except (
        Exception
    ) as error:  # too deep, no Python, a number too long: jinja's compiler lets all of that through
        raise TemplateError(f"the chat template can't be compiled: {_legible(error)}") from error


def _legible(reason: object) -> str:
    """A template's own words in an error: not too many, and none that can't be printed."""
    text = str(reason)
    short = text if len(text) <= MAX_REASON else f"{text[:MAX_REASON]}…"
    return short.encode("utf-8", "replace").decode("utf-8")


def _raise_exception(message: object) -> NoReturn:
    raise JinjaError(str(message))


def _time(now: Callable[[], datetime], form: str) -> str:
    if len(form) > MAX_TIME_FORMAT:
        raise TemplateError(f"the chat template gives a time in more than {MAX_TIME_FORMAT} characters")
    return now().strftime(form)


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Unlike jinja's own filter, without escaping for HTML."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


class _Generation(Extension):
    """`{% generation %}…{% endgeneration %}` marks what training learns from; here it is just its body."""

    tags = {"generation"}  # noqa: RUF012  (jinja declares it so)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)
