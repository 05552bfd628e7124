"""Templates render as transformers renders them, and a hostile one is refused before it does harm."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import confined_templates
import pytest
from hostile_templates import HOSTILE, hostile_template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.errors import TemplateError
from engine.template import ChatTemplate

MEGABYTES = 400
"""Of the process: 25 for Python and jinja, and what 64 million characters of the widest kind can take."""
SECONDS = 10
"""Of processor time: 3 that a rendering has, the one call that it may still be in, and a slow machine."""

TALK = [
    {"role": "system", "content": "Be brief. "},
    {"role": "user", "content": "What's <b>up</b>?"},
    {"role": "assistant", "content": "Not much\n"},
    {"role": "user", "content": "and é?"},
]
GREETING = [{"role": "user", "content": "Hi there"}]

LLAMA3 = """{% set loop_messages = messages %}
{%- for message in loop_messages %}
    {%- set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}
    {%- if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}
    {{- content }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}"""

CHATML = """{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\n' }}
{%- endif %}"""

ALTERNATING = """{{ bos_token }}
{% set ns = namespace(system='', turns=0) %}
{% for message in messages %}
    {% if message.role == 'system' %}
        {% set ns.system = message.content | trim %}
        {% continue %}
    {% endif %}
    {% if (message.role == 'user') != (ns.turns % 2 == 0) %}
        {{ raise_exception('roles must alternate user/assistant') }}
    {% endif %}
    {% set ns.turns = ns.turns + 1 %}
    {% if message.role == 'user' %}
[INST] {{ (ns.system ~ '\n' if ns.system and ns.turns == 1 else '') ~ message.content }} [/INST]
    {% else %}
{% generation %}{{ message.content | trim }}{{ eos_token }}{% endgeneration %}
    {% endif %}
{% endfor %}"""


def test_llama3_style() -> None:
    template = ChatTemplate(LLAMA3, bos_token="<|begin_of_text|>")
    assert template.render(TALK[:2]) == (
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nWhat's <b>up</b>?<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_chatml_style() -> None:
    template = ChatTemplate(CHATML)
    closed = "<|im_start|>user\nHi there<|im_end|>\n"
    assert template.render(GREETING, add_generation_prompt=False) == closed
    assert template.render(GREETING) == closed + "<|im_start|>assistant\n"


def test_namespaces_conditions_continue_and_generation_marks() -> None:
    template = ChatTemplate(ALTERNATING, bos_token="<s>", eos_token="</s>")
    assert template.render(TALK) == (
        "<s>\n[INST] Be brief.\nWhat's <b>up</b>? [/INST]\nNot much</s>[INST] and é? [/INST]\n"
    )


def test_a_template_may_refuse_the_messages() -> None:
    template = ChatTemplate(ALTERNATING)
    with pytest.raises(TemplateError, match="roles must alternate") as caught:
        template.render([*GREETING, *GREETING])
    assert caught.value.code == "template"


def test_json_time_and_variables() -> None:
    def noon() -> datetime:
        return datetime(2026, 11, 21, 12)

    source = "{{ {'é': '<>'} | tojson }} {{ strftime_now('%d %b %Y') }} {{ thinking | default('off') }}"
    template = ChatTemplate(source, now=noon)
    assert template.render(GREETING) == '{"é": "<>"} 21 Nov 2026 off'
    assert template.render(GREETING, variables={"thinking": "on"}).endswith(" on")


def test_messages_are_not_changed() -> None:
    messages = [dict(message) for message in TALK]
    for source in (
        "{{ messages.append(1) }}",
        "{{ messages[0].update(role='x') }}",
        "{{ messages.clear() }}",
    ):
        with pytest.raises(TemplateError):
            ChatTemplate(source).render(messages)
    assert messages == TALK


def test_mistakes_are_named_with_their_line() -> None:
    with pytest.raises(TemplateError, match="line 2"):
        ChatTemplate("{{ 1 }}\n{% if %}")
    with pytest.raises(TemplateError, match="characters"):
        ChatTemplate("x" * 300_000)


def test_real_templates_render_as_in_transformers(llama_cpp_models: Path) -> None:
    """Every template that llama.cpp carries, on two conversations, character by character."""
    peer = pytest.importorskip("transformers.utils.chat_template_utils")._compile_jinja_template
    rendered = 0
    for path in sorted((llama_cpp_models / "templates").glob("*.jinja")):
        source = path.read_text(encoding="utf-8")
        ours, theirs = ChatTemplate(source, bos_token="<s>", eos_token="</s>"), peer(source)
        for messages in (GREETING, TALK):
            wanted = _render_peer(theirs, messages)
            if wanted is None:
                with pytest.raises(TemplateError):
                    ours.render(messages)
            else:
                assert ours.render(messages) == wanted, path.name
                rendered += 1
    assert rendered > 80


def _render_peer(template: Any, messages: list[dict[str, str]]) -> str | None:
    constants: dict[str, Any] = {"tools": None, "documents": None, "bos_token": "<s>", "eos_token": "</s>"}
    try:
        text: str = template.render(messages=messages, add_generation_prompt=True, **constants)
    except Exception:  # some want tools, or refuse a system message
        return None
    return text


def confined(sources: list[str]) -> list[dict[str, Any]]:
    """What became of each, rendered in a process of its own; see `tests/support/confined_templates.py`."""
    program = [sys.executable, confined_templates.__file__]
    done = subprocess.run(program, input=json.dumps(sources), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


def assert_harmless(outcome: dict[str, Any], source: str) -> None:
    """A render or a refusal that takes no more than twice its time, and memory that any machine has."""
    assert not outcome["signal"] and "raised" not in outcome, f"{outcome} of {source[:2000]}"
    assert "MemoryError" not in outcome.get("refused", ""), f"{outcome} of {source[:2000]}"
    assert outcome["megabytes"] < MEGABYTES and outcome["seconds"] < SECONDS, f"{outcome} of {source[:2000]}"


@pytest.fixture(scope="module")
def hostile_outcomes() -> dict[str, dict[str, Any]]:
    return dict(zip(HOSTILE, confined(list(HOSTILE.values())), strict=True))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_are_refused(name: str, hostile_outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = hostile_outcomes[name]
    assert_harmless(outcome, HOSTILE[name])
    # an unsafe attribute may also just print nothing
    assert outcome.get("refused") or outcome["text"].strip("\n ") == "", "it was rendered"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(4))
def test_random_templates_end_in_text_or_a_refusal(seed: int) -> None:
    source = random.Random(seed)
    templates = [hostile_template(source) for _ in range(60)]
    outcomes = confined(templates)
    for template, outcome in zip(templates, outcomes, strict=True):
        assert_harmless(outcome, template)
    assert sum("text" in outcome for outcome in outcomes) > 5


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", ["LLAMA3", "CHATML", "ALTERNATING"])
def test_mutated_templates_end_in_text_or_a_refusal(name: str) -> None:
    whole, source = globals()[name], random.Random(name)
    for _ in range(150):
        text = whole
        for _ in range(source.randint(1, 3)):
            at = source.randrange(len(text))
            other = source.randrange(len(whole))
            part = source.choice(
                ["", "{%", "%}", "{{", "'", "[", "\0", whole[other : other + source.randint(1, 30)]]
            )
            text = text[:at] + part + text[at + source.randint(0, 12) :]
        try:
            assert isinstance(ChatTemplate(text).render(TALK), str)
        except TemplateError as error:
            assert str(error)


USUAL = """{{ '%s: %5.2f %d %%' % ('é', 1.5, 7) }}  {{ '{{}} {} {:>6} {a!r:5}'.format(1, 'b', a='c') }}  {{ '%(a)s' | format(a=2) }}
{{ 'a b\\nc'.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'a,b,c'.rsplit(',', maxsplit=1) }}{{ 'a\\r\\nb'.splitlines() }}
{{ '  ab\\n'.strip() }}{{ 'xxaxx'.strip('x') }}{{ 'xxa'.lstrip('x') }}{{ 'aab' | trim('a') }}{{ 'a-b'.partition('-') }}
{{ 'x'.ljust(3) }}|{{ '7'.zfill(3) }}{{ 'x' | center(5) }}{{ 'abc'.replace('b', 'BB', 1) }}{{ 'ab' | replace('b', '') }}
{{ ', '.join(['a', 'b']) }}{{ messages | map(attribute='role') | join('/') }}{{ messages | map(attribute='no', default='x') | list }}
{{ messages | selectattr('role', 'equalto', 'user') | list | length }}{{ messages | rejectattr('role', 'in', ['user']) | first }}
{{ {'b': 1, 'a': [1, {'c': none}]} | tojson(indent=2) }}{{ {'b': 1, 'a': 2} | tojson(sort_keys=true, separators=(',', ':')) }}
{{ 'a\\nb\\n\\nc' | indent(2) }}{{ 'a\\nb' | indent('> ', first=true) }}{{ {'b': 1, 'a': 2} | dictsort }}{{ {'a': 1}.items() | list }}
{{ [3, 1, 2] | sort(reverse=true) }}{{ ['b', 'A'] | sort }}{{ messages | groupby('role') | length }}{{ [1, 1, 2] | unique | list }}
{{ range(7) | batch(3, 0) | list }}{{ range(7) | slice(2) | list }}{{ [1, 2] | sum(start=4) }}{{ 2.567 | round(1) }}{{ '0x1f' | int(0, 16) }}
{{ messages[1:][0].role }}{{ messages[::-1] | length }}{{ 'abc'[-2:] }}{{ [1] + [2] * 2 }}{{ 'ab' ~ 1 ~ none }}{{ 7 // 2 - 1 / 4 ** 2 }}
{% for m in messages %}{{ loop.index }}/{{ loop.length }}{{ loop.previtem.role if loop.previtem }}{{ loop.cycle('a', 'b') }}{% endfor %}
{% for x in [1, [2, [3]]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}{% set j = joiner() %}{{ j() }}{{ j() }}
{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.current }}{{ dict(a=1, **{'b': 2}) }}{{ 'a<b' | e }}{{ 'a<b' | safe }}{{ 'hi THERE' | title }}
{% macro f(a, b=2) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{{ caller() if caller }}{% endmacro %}{{ f(1, 2, *[3, 4], k=5) }}{% call f(1) %}!{% endcall %}
{{ 'é' is string }}{{ messages is sequence }}{{ 6 is divisibleby 3 }}{{ messages[0].get('content', '')[:4] }}{{ messages[0].keys() | list }}
{% block b %}{{ self.d() if false }}in{% endblock %}{% filter upper %}x{% endfilter %}{% set t %}{{ 1 }}{% endset %}{{ t }}{{ 'ab' | truncate(1, true, '') }}"""


def test_what_templates_use_works_as_in_jinja() -> None:
    options = {"trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.loopcontrols"]}
    peer = ImmutableSandboxedEnvironment(**options)
    peer.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)
    for line in USUAL.splitlines():
        assert ChatTemplate(line).render(TALK) == peer.from_string(line).render(messages=TALK), line


def test_a_reason_is_short_and_can_be_printed() -> None:
    for source in ("{{ raise_exception('\\ud800' * 9999) }}", "{{ {}['\\ud800' * 9999].x }}"):
        with pytest.raises(TemplateError) as caught:
            ChatTemplate(source).render(TALK)
        assert len(str(caught.value).encode("utf-8")) < 1000


def test_a_list_in_a_message_is_not_changed() -> None:
    content = [{"type": "text"}]
    with pytest.raises(TemplateError, match="indents a list"):
        ChatTemplate("{{ messages[0].content | indent }}").render([{"role": "user", "content": content}])  # type: ignore[dict-item]
    assert content == [{"type": "text"}]


def test_bounds_leave_long_conversations_alone() -> None:
    turns = [{"role": "user" if i % 2 == 0 else "assistant", "content": "word " * 200} for i in range(800)]
    for source in (LLAMA3, CHATML, ALTERNATING):
        assert len(ChatTemplate(source).render(turns)) > 800_000
