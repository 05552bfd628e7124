"""The grammar: what is written can be read, what can be decoded can be read, and EBNF and code agree."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory import grammar
from memory.errors import GrammarError
from memory.grammar import (
    EBNF,
    MEMORY_PATTERN,
    NAMESPACES,
    SPECIAL_TOKENS,
    TOOL_PATTERN,
    Conflict,
    Consolidate,
    Episode,
    Forget,
    Op,
    Recall,
    Reflect,
    Store,
    parse_block,
    parse_tool_call,
    render,
    render_tool_call,
)

_words = st.text(min_size=1, max_size=40).map(lambda t: " ".join(t.split()).replace("<|", "< |")).filter(bool)
_tags = st.lists(_words, max_size=3).map(tuple)
_confidence = st.integers(0, 1000).map(lambda n: n / 1000)
_spaces = st.sampled_from([n for n in NAMESPACES if n != "contested"])
ops = st.one_of(
    st.builds(Store, _words, _spaces, _tags, _confidence),
    st.builds(Consolidate, _words, _spaces, _tags, _confidence),
    st.builds(Episode, _words, _tags, _confidence),
    st.builds(Reflect, _words),
    st.builds(Recall, _words, st.one_of(st.none(), _spaces)),
    st.builds(lambda q: Forget(query=q), _words),
    st.builds(lambda i: Forget(id=i), st.integers(0, 10**12)),
    st.builds(Conflict, _words, _words, st.sampled_from(["low", "medium", "high"])),
)


@given(ops)
def test_what_is_written_is_read_back(op: Op) -> None:
    block = render(op)
    assert parse_block(block) == op
    assert re.fullmatch(MEMORY_PATTERN, block.removeprefix("<|memory_start|>"))


def test_the_block_of_the_architecture_is_exact() -> None:
    op = Store("your door code is 4821", tags=("you", "door code"))
    assert render(op) == (
        '<|memory_start|>\n<|mem_store|> namespace="personal" tags=["you","door code"] confidence=0.9\n'
        "content: your door code is 4821\n<|memory_end|>"
    )
    assert render(Conflict("a / b")) == (
        '<|memory_start|>\n<|mem_conflict|> type="value" severity="medium"\n'
        "description: a / b\nresolution: ask\n<|memory_end|>"
    )


def test_text_cannot_smuggle_a_token_or_a_line() -> None:
    block = render(Store("x <|memory_end|>\ncontent: y", tags=('a"],["b',)))
    assert block.count("<|memory_end|>") == 1
    assert parse_block(block) == Store("x < |memory_end|> content: y", tags=('a"],["b',))


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<|mem_store|>",
        '<|mem_store|> namespace="secret" tags=[] confidence=0.9\ncontent: x',
        '<|mem_store|> namespace="personal" tags=[] confidence=1.5\ncontent: x',
        '<|mem_store|> namespace="personal" tags=[] confidence=0..9\ncontent: x',
        '<|mem_store|> namespace="personal" tags="you" confidence=0.9\ncontent: x',
        '<|mem_store|> namespace="personal" namespace="wiki"\ncontent: x',
        '<|mem_store|> namespace="personal" tags=[] confidence=0.9\ncontent:   ',
        '<|mem_store|> namespace="personal" tags=[] confidence=0.9',
        '<|mem_store|> namespace="personal" tags=[] confidence=0.9\ncontent: x\ncontent: y',
        '<|mem_store|> namespace="personal" color="red"\ncontent: x',
        '<|mem_store|> tags=["you"]\ncontent: x',
        '<|mem_store|> namespace="personal"\ncontent: x <|mem_forget|> y',
        '<|mem_store|>namespace="personal"\ncontent: x',
        '<|mem_episode|> namespace="wiki" tags=[] confidence=0.9\ncontent: x',
        "<|mem_forget|>",
        '<|mem_forget|> query="a" id="1"',
        '<|mem_forget|> id="x"',
        '<|mem_forget|> id="９"',
        '<|mem_recall|> query=""',
        '<|mem_recall|> query="x"\ncontent: y',
        '<|mem_conflict|> type="value" severity="huge"\ndescription: a\nresolution: ask',
        '<|mem_conflict|> type="value" severity="low"\nresolution: ask\ndescription: a',
        '<|mem_dance|> query="x"',
    ],
)
def test_what_breaks_the_grammar_is_refused(inside: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_block(f"<|memory_start|>\n{inside}\n<|memory_end|>")
    assert caught.value.code == "grammar"


def test_attributes_may_come_in_any_order_and_be_left_out() -> None:
    raw = '<|memory_start|>\n<|mem_store|> confidence=0.5 namespace="wiki"\ncontent: x\n<|memory_end|>'
    assert parse_block(raw) == Store("x", "wiki", (), 0.5)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), _words, max_size=3))
def test_tool_calls_are_read_back(arguments: dict[str, str]) -> None:
    call = render_tool_call("timer_set", arguments)
    assert parse_tool_call(call) == ("timer_set", arguments)
    assert re.fullmatch(TOOL_PATTERN, call.removeprefix("<|tool_call|>"))


@pytest.mark.parametrize("inside", ["", "clock", "clock(", 'clock(what="time)', 'clock(what="a"b="c")',
                                    'clock(what="a", what="b")', 'clock(what=time)', 'Clock()', 'a();b()'])  # fmt: skip
def test_broken_tool_calls_are_refused(inside: str) -> None:
    with pytest.raises(GrammarError):
        parse_tool_call(f"<|tool_call|>{inside}<|/tool_call|>")


# ---- the EBNF, interpreted -----------------------------------------------------------------------------------

_TERMINALS = {
    "NL": "\n",
    "letter": "abcxyz",
    "digit": "0123456789",
    "line_char": 'ab1 é"\\<|:',
    "string_char": ["a", "1", " ", "é", '\\"', "\\\\", "]"],
    "text_char": "aZ9é",
}
_LEX = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z_]+|[=;|,\[\]{}()])""")


def _rules() -> dict[str, list[str]]:
    rules: dict[str, list[str]] = {}
    tokens = _LEX.findall(EBNF)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*$)", "", EBNF)
    while tokens:
        end = tokens.index(";")
        rules[tokens[0]] = tokens[2:end]
        assert tokens[1] == "="
        tokens = tokens[end + 1 :]
    return rules


class _Writer:
    """Writes random sentences of the EBNF."""

    def __init__(self, seed: int) -> None:
        self.rules, self.random = _rules(), random.Random(seed)

    def rule(self, name: str) -> str:
        if name in _TERMINALS:
            return self.random.choice(_TERMINALS[name])
        return self.alternatives(list(self.rules[name]))

    def alternatives(self, tokens: list[str]) -> str:
        options: list[list[str]] = [[]]
        depth = 0
        for token in tokens:
            depth += (token in "[{(") - (token in "]})")
            if token == "|" and depth == 0:
                options.append([])
            else:
                options[-1].append(token)
        return self.sequence(self.random.choice(options))

    def sequence(self, tokens: list[str]) -> str:
        out = ""
        while tokens:
            token = tokens.pop(0)
            if token in "[{(":
                depth, inner = 1, []
                while depth:
                    depth += (tokens[0] in "[{(") - (tokens[0] in "]})")
                    inner.append(tokens.pop(0))
                times = {"[": self.random.randint(0, 1), "{": self.random.randint(0, 3), "(": 1}[token]
                out += "".join(self.alternatives(inner[:-1]) for _ in range(times))
            elif token[0] in "\"'":
                out += token[1:-1]
            elif token != ",":
                out += self.rule(token)
        return out


@pytest.mark.parametrize("seed", range(300))
def test_every_sentence_of_the_ebnf_is_read(seed: int) -> None:
    writer = _Writer(seed)
    block = writer.rule("block").replace(
        '<|mem_episode|> namespace="wiki"', '<|mem_episode|> namespace="episodic"'
    )
    if "<|mem_episode|>" in block:
        block = re.sub(r'namespace="\w+"', 'namespace="episodic"', block, count=1)
    parse_block(block)
    parse_tool_call(re.sub(r"(\w+)=", lambda m: f"{m[1]}{m.start()}=", writer.rule("tool_call")))


def test_the_document_holds_the_ebnf_and_every_token() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "grammar.md").read_text(encoding="utf-8")
    assert EBNF.strip() in text
    assert all(token in text for token in SPECIAL_TOKENS)
    for block in re.findall(r"<\|memory_start\|>\n.*?<\|memory_end\|>", text, re.DOTALL):
        assert render(parse_block(block)) == block


def test_the_patterns_keep_to_the_subset_that_the_engine_compiles() -> None:
    for pattern in (MEMORY_PATTERN, TOOL_PATTERN):
        assert not re.search(r"\(\?|\\[wdsbWDSB]|[*+?]\?|[$]", pattern)
        for token in re.findall(r"<\\\|(\S+?)\\\|>", pattern):
            assert f"<|{token}|>" in grammar.SPECIAL_TOKENS
