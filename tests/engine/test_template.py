"""Templates render as transformers renders them, and a hostile one is refused before it does harm."""

from __future__ import annotations

import random
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TemplateError
from engine.template import ChatTemplate

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


SHARED = "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}"

HOSTILE = {
    "shared lists": SHARED + "{{ n.a }}",
    "shared lists as JSON": SHARED + "{{ n.a | tojson }}",
    "shared lists joined": SHARED + "{{ n.a ~ '' }}",
    "shared lists compared": SHARED + "{{ n.a == n.b }}{{ n.a in [n.b] }}",
    "shared lists in a format": SHARED + "{{ '%s' % n.a }}",
    "shared tuples": "{% set n = namespace(a=(1,)) %}{% for i in range(60) %}{% set n.a = (n.a, n.a) %}{% endfor %}{{ {n.a: 1} }}",
    "shared mappings": "{% set n = namespace(a={}) %}{% for i in range(60) %}{% set n.a = {1: n.a, 2: n.a} %}{% endfor %}{{ n.a }}",
    "shared views": "{% set n = namespace(a=1) %}{% for i in range(60) %}{% set n.a = [{1: n.a}.items(), {1: n.a}.items()] %}{% endfor %}{{ n.a }}",
    "shared by dict": "{% set n = namespace(a=1) %}{% for i in range(60) %}{% set n.a = dict(a=n.a, b=n.a) %}{% endfor %}{{ n.a }}",
    "shared by plus": "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = ([n.a] + [n.a]) %}{% endfor %}{{ n.a }}",
    "shared by times": "{% set n = namespace(a=1) %}{% for i in range(20) %}{% set n.a = [n.a] * 900 %}{% endfor %}{{ n.a }}",
    "shared by macro": "{% macro f(k) %}{% if k %}{{ f(k - 1, varargs, varargs) }}{% else %}{{ varargs }}{% endif %}{% endmacro %}{{ f(60) }}",
    "shared namespaces": "{% set n = namespace(m=namespace()) %}{% for i in range(60) %}{% set n.m = namespace(a=n.m, b=n.m) %}{% endfor %}{{ n.m }}",
    "namespaces in a ring": "{% set n = namespace() %}{% set m = namespace(a=n) %}{% set n.a = [m, m] %}{{ n }}",
    "a long text often": "{{ ['x' * 7000000] * 1000 }}",
    "sum of lists": "{{ ([[1]] * 99999) | sum(start=[]) | length }}",
    "sum of lists by place": "{{ ([[1]] * 99999) | sum(none, []) | length }}",
    "wide range": "{% for i in range(10**9) %}{% endfor %}",
    "nested loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loop that prints": "{% for a in range(99999) %}" + "x" * 5000 + "{% endfor %}",
    "recursive macro": "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
    "wide macro": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "recursive loop": "{% for a in [[1]] recursive %}{{ loop([[1], [1]]) }}{% endfor %}",
    "doubling": "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "plus": "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "list plus": "{% set n = namespace(s=[1]) %}{% for i in range(50) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "long string": "{{ 'x' * 10**9 }}",
    "long list": "{{ ([0] * 10**9) | length }}",
    "large power": "{{ 10 ** 100000000 }}",
    "squaring": "{% set n = namespace(s=9) %}{% for i in range(99) %}{% set n.s = n.s * n.s %}{% endfor %}",
    "constant folding": "{{ 'x' ~ 'y' * 10**9 }}",
    "padding": "{{ 'x'.ljust(10**9) }}",
    "padding filter": "{{ 'x' | center(10**9) }}",
    "padding by name": "{{ ['x'] | map('center', 10**9) | list }}",
    "indent": "{{ 'x\ny' | indent(10**9) }}",
    "old format": "{{ '%1000000000d' % 1 }}",
    "starred format": "{{ '%*d' % (10**9, 1) }}",
    "format filter": "{{ '%1000000000d' | format(1) }}",
    "new format": "{{ '{:1000000000d}'.format(1) }}",
    "format of a mapping": "{{ '{a:{b}d}'.format_map({'a': 1, 'b': 10**9}) }}",
    "format by map": "{% set f = '{:1000000000d}'.format %}{{ f(1) }}",
    "nested format": "{{ '{:{}d}'.format(1, 10**9) }}",
    "replace": "{% set a = 'a' * 9999 %}{{ a.replace('a', a).replace('a', a) }}",
    "replace filter": "{% set a = 'a' * 9999 %}{{ a | replace('a', a) | replace('a', a) }}",
    "join": "{{ ('x' * 9999) | list | join('y' * 9999) | list | join('z' * 9999) }}",
    "join method": "{{ ('y' * 99999).join(('x' * 99999) | list) }}",
    "batch": "{{ [1] | batch(10**9, 'x') | list }}",
    "class": "{{ ''.__class__.__mro__ }}",
    "globals": "{{ raise_exception.__globals__ }}",
    "attribute filter": "{{ '' | attr('__class__') | attr('__mro__') }}",
    "format attribute": "{{ '{0.__class__.__mro__}'.format('') }}",
    "lorem ipsum": "{{ lipsum(n=10**6) }}",
    "deep brackets": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "deep blocks": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
    "other file": "{% include '/etc/hostname' %}",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_are_refused(name: str) -> None:
    with pytest.raises(TemplateError):
        text = ChatTemplate(HOSTILE[name]).render(GREETING)
        assert text.strip("\n ") == "", "nothing leaked"  # an unsafe attribute may also just print nothing
        raise TemplateError("printed nothing")


PIECES = """n.a  n.b  messages  messages[0].content  'ab'  7  []  {'k': n.a}  none  x  loop  n  range(999)  ('x', n.a)
n.a | list  n.b | string  messages | map('upper')  varargs  f"""
FORMS = """[L, R]  (L ~ R)  L + R  L * R  L % R  L ** R  L[R]  L(R)  L == R  L in [R]  L | join(R)  L | replace(R, L)  L | tojson
L | sort  {L: R}  L | sum(start=R)  L.items()  dict(a=L, b=R)  L[:R]  L | format(R)  '{} {}'.format(L, R)  L | unique | list
L | batch(3, R) | list  f(L, R)"""
LINES = """{% set n.a = E %}  {% set n.b = E %}  {{ E }}  {% set x = E %}{{ x }}  {% if E %}y{% endif %}
{% for x in E %}{{ x }}{% endfor %}  {% for i in range(40) %}{% set n.a = E %}{% endfor %}"""


def hostile_template(source: random.Random) -> str:
    pieces, forms, lines = (re.split(r"  |\n", text) for text in (PIECES, FORMS, LINES))

    def expression(depth: int) -> str:
        if depth == 0 or source.random() < 0.2:
            return source.choice(pieces)
        parts = {side: expression(depth - 1) for side in "LR"}
        return "(" + re.sub(r"\b[LR]\b", lambda side: parts[side[0]], source.choice(forms)) + ")"

    head = "{% macro f(a, b) %}{{ a }}{{ varargs }}{% endmacro %}{% set n = namespace(a=[1], b='t') %}"
    wanted = (source.choice(lines) for _ in range(source.randint(1, 3)))
    return head + "".join(line.replace("E", expression(source.randint(0, 3))) for line in wanted)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(4))
def test_random_templates_end_in_text_or_a_refusal(seed: int) -> None:
    source, rendered = random.Random(seed), 0
    for _ in range(150):
        text = hostile_template(source)
        try:
            rendered += len(ChatTemplate(text).render(TALK)) >= 0
        except TemplateError as error:
            assert str(error)
    assert rendered > 5


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


def test_bounds_leave_long_conversations_alone() -> None:
    turns = [{"role": "user" if i % 2 == 0 else "assistant", "content": "word " * 200} for i in range(800)]
    for source in (LLAMA3, CHATML, ALTERNATING):
        assert len(ChatTemplate(source).render(turns)) > 800_000
