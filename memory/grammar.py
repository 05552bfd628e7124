"""The grammar of memory blocks and tool calls: operations, how they are written, how they are read.

`docs/grammar.md` explains it with examples. `MEMORY_PATTERN` and `TOOL_PATTERN` describe what may follow
``<|memory_start|>`` and ``<|tool_call|>`` for constrained decoding; they are the canonical form that `render`
writes. The reader accepts the slightly wider language of `EBNF`: attributes in any order, tags and confidence
left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from memory.errors import GrammarError

NAMESPACES: tuple[str, ...] = ("personal", "episodic", "wiki", "schedule", "contested")
MEMORY_TOKENS: tuple[str, ...] = (
    "<|memory_start|>", "<|memory_end|>", "<|mem_store|>", "<|mem_recall|>", "<|mem_consolidate|>",
    "<|mem_forget|>", "<|mem_conflict|>", "<|mem_episode|>", "<|mem_reflect|>",
)  # fmt: skip
CHAT_TOKENS: tuple[str, ...] = (
    "<|bos|>", "<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|memories|>",
    "<|tool_call|>", "<|/tool_call|>", "<|tool_result|>", "<|/tool_result|>",
)  # fmt: skip
SPECIAL_TOKENS: tuple[str, ...] = CHAT_TOKENS + MEMORY_TOKENS
SEVERITIES: tuple[str, ...] = ("low", "medium", "high")
DEFAULT_CONFIDENCE = 0.9
MAX_BLOCK_CHARS = 8192

EBNF = r"""
block       = "<|memory_start|>" NL operation NL "<|memory_end|>" ;
operation   = store | consolidate | episode | reflect | recall | forget | conflict ;
store       = "<|mem_store|>" facts NL content ;
consolidate = "<|mem_consolidate|>" facts NL content ;
episode     = "<|mem_episode|>" facts NL content ;
reflect     = "<|mem_reflect|>" NL content ;
recall      = "<|mem_recall|>" " query=" string [ " namespace=" quoted_name ] ;
forget      = "<|mem_forget|>" ( " query=" string | " id=" quoted_id ) ;
conflict    = "<|mem_conflict|>" ' type="value"' " severity=" severity NL description NL resolution ;
facts       = " namespace=" quoted_name [ " tags=" tags ] [ " confidence=" confidence ] ;
tags        = "[" [ string { "," string } ] "]" ;
quoted_name = '"personal"' | '"episodic"' | '"wiki"' | '"schedule"' | '"contested"' ;
quoted_id   = '"' digit { digit } '"' ;
severity    = '"low"' | '"medium"' | '"high"' ;
confidence  = "0" [ "." digit { digit } ] | "1" [ "." "0" { "0" } ] ;
content     = "content: " text ;
description = "description: " text ;
resolution  = "resolution: " text ;
string      = '"' text_char { string_char } '"' ;
text        = text_char { line_char } ;
tool_call   = "<|tool_call|>" name "(" [ argument { ", " argument } ] ")" "<|/tool_call|>" ;
argument    = name "=" value ;
value       = '"' { string_char } '"' ;
name        = letter { letter | digit | "_" } ;
"""
"""`NL` is one line feed; `letter` a-z; `digit` 0-9; `line_char` any character but a line feed or carriage
return; `string_char` the same but a quotation mark and a backslash are each written after a backslash;
`text_char` a `string_char` (in a string) or `line_char` (in a line) that isn't a blank or a tab. No special token
may stand inside text. The attributes of one operation may come in any order, each once."""


@dataclass(frozen=True, slots=True)
class Store:
    """Keep a fact. `content` is worded as Lila would say it to the person; `tags` are (subject, attribute)."""

    content: str
    namespace: str = "personal"
    tags: tuple[str, ...] = ()
    confidence: float = DEFAULT_CONFIDENCE

    def __post_init__(self) -> None:
        _check_fact(self.content, self.namespace, self.confidence)


@dataclass(frozen=True, slots=True)
class Consolidate:
    """Replace what is known about this subject and attribute: a correction or an update."""

    content: str
    namespace: str = "personal"
    tags: tuple[str, ...] = ()
    confidence: float = DEFAULT_CONFIDENCE

    def __post_init__(self) -> None:
        _check_fact(self.content, self.namespace, self.confidence)


@dataclass(frozen=True, slots=True)
class Episode:
    """Keep something that happened; its namespace is always episodic."""

    content: str
    tags: tuple[str, ...] = ()
    confidence: float = DEFAULT_CONFIDENCE

    def __post_init__(self) -> None:
        _check_fact(self.content, "episodic", self.confidence)

    @property
    def namespace(self) -> str:
        return "episodic"


@dataclass(frozen=True, slots=True)
class Reflect:
    """A thought of Lila's own; never becomes the person's fact without their approval."""

    content: str

    def __post_init__(self) -> None:
        _check_text(self.content, "content")


@dataclass(frozen=True, slots=True)
class Recall:
    """Look something up before answering."""

    query: str
    namespace: str | None = None

    def __post_init__(self) -> None:
        _check_text(self.query, "query")
        if self.namespace is not None:
            check_namespace(self.namespace)


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget what matches `query`, or the memory with this `id`; exactly one of them."""

    query: str | None = None
    id: int | None = None

    def __post_init__(self) -> None:
        if (self.query is None) == (self.id is None):
            raise GrammarError("A forget block needs either a query or an id. Give exactly one of them.")
        if self.query is not None:
            _check_text(self.query, "query")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims disagree (`old / new`); `resolution` is "ask" while the person decides, then what won."""

    description: str
    resolution: str = "ask"
    severity: str = "medium"
    type: str = "value"

    def __post_init__(self) -> None:
        _check_text(self.description, "description")
        _check_text(self.resolution, "resolution")
        if self.severity not in SEVERITIES:
            raise GrammarError(f"Unknown severity. Use one of {', '.join(SEVERITIES)}.")
        if self.type != "value":
            raise GrammarError('Unknown type of conflict. The only one is "value".')


Op = Store | Recall | Consolidate | Forget | Conflict | Episode | Reflect


def check_namespace(name: str) -> str:
    """The name itself, or `GrammarError` when it is none of the five."""
    if name not in NAMESPACES:
        raise GrammarError(f"Unknown namespace. Use one of {', '.join(NAMESPACES)}.")
    return name


def _check_text(text: str, what: str) -> None:
    if not text.strip():
        raise GrammarError(f"The {what} is empty. Write at least one word.")


def _check_fact(content: str, namespace: str, confidence: float) -> None:
    _check_text(content, "content")
    check_namespace(namespace)
    if not 0.0 <= confidence <= 1.0:
        raise GrammarError("The confidence must lie between 0 and 1.")


# ---- writing -------------------------------------------------------------------------------------------------


def sanitise(text: str) -> str:
    """Text that can't be taken for a special token: every ``<|`` becomes ``< |``."""
    return text.replace("<|", "< |")


def _line(text: str) -> str:
    return sanitise(" ".join(text.split()))


def quote(text: str) -> str:
    """A string of the grammar: one line, quotation marks and backslashes escaped."""
    escaped = _line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _facts(op: Store | Consolidate | Episode) -> str:
    tags = ",".join(quote(tag) for tag in op.tags if tag.strip())
    confidence = f"{op.confidence:.3f}".rstrip("0").rstrip(".")
    return f'namespace="{op.namespace}" tags=[{tags}] confidence={confidence}\ncontent: {_line(op.content)}'


def render(op: Op) -> str:
    """The block of an operation, exactly as a model must write it, from start token to end token."""
    match op:
        case Store():
            body = f"<|mem_store|> {_facts(op)}"
        case Consolidate():
            body = f"<|mem_consolidate|> {_facts(op)}"
        case Episode():
            body = f"<|mem_episode|> {_facts(op)}"
        case Reflect():
            body = f"<|mem_reflect|>\ncontent: {_line(op.content)}"
        case Recall():
            where = f' namespace="{op.namespace}"' if op.namespace else ""
            body = f"<|mem_recall|> query={quote(op.query)}{where}"
        case Forget():
            which = f'id="{op.id}"' if op.query is None else f"query={quote(op.query)}"
            body = f"<|mem_forget|> {which}"
        case Conflict():
            body = (
                f'<|mem_conflict|> type="{op.type}" severity="{op.severity}"\n'
                f"description: {_line(op.description)}\nresolution: {_line(op.resolution)}"
            )
    return f"<|memory_start|>\n{body}\n<|memory_end|>"


def render_tool_call(name: str, arguments: Mapping[str, str]) -> str:
    """The call as a model must write it: ``<|tool_call|>name(arg="value")<|/tool_call|>``."""
    inside = ", ".join(f"{key}={quote(value)}" for key, value in arguments.items())
    return f"<|tool_call|>{name}({inside})<|/tool_call|>"


# ---- patterns for constrained decoding -----------------------------------------------------------------------
# Only literals, escapes, classes, groups, | ? * + are used: the subset that the engine compiles to a DFA.

_CHAR = r'([^"\\\r\n]|\\["\\])'
_STRING = r'"([^"\\\r\n \t]|\\["\\])' + _CHAR + '*"'
_TEXT = r"[^ \t\r\n][^\r\n]*"
_NAME = r"[a-z][a-z0-9_]*"
_SPACES = r'"(personal|episodic|wiki|schedule)"'
_EPISODIC = '"episodic"'
_TAGS_AFTER = rf"\[({{}}(,{_STRING})*)?\]"
_TAGS = _TAGS_AFTER.format(_STRING)
_FACTS = rf" namespace={{}} tags={_TAGS_AFTER} confidence=(0(\.[0-9]+)?|1(\.0+)?)"


def operation_patterns(
    *,
    content: str = f" {_TEXT}",
    revision: str = f" {_TEXT}",
    description: str | None = f" {_TEXT}",
    resolution: str = f" {_TEXT}",
    subject: str = _STRING,
    query: str = _STRING,
) -> dict[str, str]:
    """What may follow each operation's token, up to and with ``<|memory_end|>``.

    `revision` is the content where something known is replaced. The texts may be held to narrower patterns; each
    begins after its ``name:``, with the space that stands there.
    Without a ``description`` no conflict can be written. ``subject``, the first tag of a fact, and ``query`` are
    in quotation marks.
    """
    facts = _FACTS.format(_SPACES, subject)
    parts = {
        "<|mem_store|>": rf"{facts}\ncontent:({content})",
        "<|mem_consolidate|>": rf"{facts}\ncontent:({revision})",
        "<|mem_episode|>": rf"{_FACTS.format(_EPISODIC, _STRING)}\ncontent:({content})",
        "<|mem_reflect|>": rf"\ncontent: {_TEXT}",
        "<|mem_recall|>": rf" query=({query})( namespace={_SPACES})?",
        "<|mem_forget|>": rf' (query=({query})|id="[0-9]+")',
    }
    if description is not None:
        parts["<|mem_conflict|>"] = (
            r' type="value" severity="(low|medium|high)"'
            rf"\ndescription:({description})\nresolution:({resolution})"
        )
    return {token: rf"{part}\n<\|memory_end\|>" for token, part in parts.items()}


def _memory_pattern() -> str:
    patterns = operation_patterns()
    return rf"\n({'|'.join(re.escape(token) + pattern for token, pattern in patterns.items())})"


MEMORY_PATTERN: str = _memory_pattern()
"""What may follow ``<|memory_start|>``, up to and with ``<|memory_end|>``."""


def tool_pattern(*, name: str = _NAME, value: str = f"{_CHAR}*") -> str:
    """What may follow ``<|tool_call|>``, up to and with ``<|/tool_call|>``; `value` stands between quotation marks."""
    return rf'({name})\(({_NAME}="({value})"(, {_NAME}="({value})")*)?\)<\|/tool_call\|>'


TOOL_PATTERN: str = tool_pattern()
"""What may follow ``<|tool_call|>``, up to and with ``<|/tool_call|>``."""


# ---- reading -------------------------------------------------------------------------------------------------

_BLOCK = re.compile(r"\s*<\|memory_start\|>\s*<\|mem_([a-z]+)\|>([^\n]*)\n(.*)<\|memory_end\|>\s*", re.DOTALL)
_ATTRIBUTE = re.compile(rf" ({_NAME})=({_STRING}|{_TAGS}|[0-9.]+)")
_READ_STRING = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_READ_LINE = re.compile(r"([a-z]+): (\S.*)")
_ARG = rf'{_NAME}="(?:[^"\\\r\n]|\\["\\])*"'
_TOOL = re.compile(rf"<\|tool_call\|>({_NAME})\(((?:{_ARG}(?:, {_ARG})*)?)\)<\|/tool_call\|>")
_ARGUMENT = re.compile(rf'({_NAME})="((?:[^"\\]|\\["\\])*)"(, |$)')
_ALLOWED: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "store": (frozenset({"namespace", "tags", "confidence"}), ("content",)),
    "consolidate": (frozenset({"namespace", "tags", "confidence"}), ("content",)),
    "episode": (frozenset({"namespace", "tags", "confidence"}), ("content",)),
    "reflect": (frozenset(), ("content",)),
    "recall": (frozenset({"query", "namespace"}), ()),
    "forget": (frozenset({"query", "id"}), ()),
    "conflict": (frozenset({"type", "severity"}), ("description", "resolution")),
}


def _unquote(text: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", text[1:-1])


def _attributes(text: str, allowed: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _ATTRIBUTE.match(text, at)
        if match is None:
            raise GrammarError("The attributes of the block can't be read.")
        key = match[1]
        if key not in allowed or key in found:
            raise GrammarError(f"The attribute {key[:20]} is unknown here, or stands twice.")
        found[key] = match[2]
        at = match.end()
    return found


def _lines(text: str, names: tuple[str, ...]) -> list[str]:
    rows = text.removesuffix("\n").split("\n") if text else []
    if len(rows) != len(names) or (text and not text.endswith("\n")):
        raise GrammarError(f"The block needs exactly {len(names)} line(s) of text.")
    values: list[str] = []
    for row, name in zip(rows, names, strict=True):
        match = _READ_LINE.fullmatch(row)
        if match is None or match[1] != name:
            raise GrammarError(f"The line '{name}: …' is missing.")
        values.append(match[2].rstrip())
    return values


def _string(found: Mapping[str, str], key: str) -> str:
    value = found.get(key, "")
    if not value.startswith('"'):
        raise GrammarError(f"The attribute {key} is missing, or isn't a string.")
    return _unquote(value)


def _fact_attributes(found: Mapping[str, str]) -> tuple[str, tuple[str, ...], float]:
    tags = found.get("tags", "[]")
    if not tags.startswith("["):
        raise GrammarError('The attribute tags isn\'t a list such as ["you","door code"].')
    try:
        confidence = float(found.get("confidence", DEFAULT_CONFIDENCE))
    except ValueError:
        raise GrammarError("The confidence isn't a number.") from None
    return (
        _string(found, "namespace"),
        tuple(_unquote(match[0]) for match in _READ_STRING.finditer(tags)),
        confidence,
    )


def parse_block(raw: str) -> Op:
    """Read one whole block, start token to end token; raises `GrammarError`."""
    if len(raw) > MAX_BLOCK_CHARS:
        raise GrammarError(f"The block is longer than {MAX_BLOCK_CHARS} characters.")
    match = _BLOCK.fullmatch(raw)
    if match is None or match[1] not in _ALLOWED:
        raise GrammarError("This isn't a memory block: it needs a start, one operation and an end.")
    if any(token in match[2] or token in match[3] for token in SPECIAL_TOKENS):
        raise GrammarError("A special token stands inside the text of the block.")
    allowed, names = _ALLOWED[match[1]]
    found = _attributes(match[2].rstrip(), allowed)
    values = _lines(match[3], names)
    return _build(match[1], found, values)


def _build(kind: str, found: Mapping[str, str], values: list[str]) -> Op:
    match kind:
        case "store" | "consolidate":
            namespace, tags, confidence = _fact_attributes(found)
            return (Store if kind == "store" else Consolidate)(values[0], namespace, tags, confidence)
        case "episode":
            namespace, tags, confidence = _fact_attributes({"namespace": '"episodic"', **found})
            if namespace != "episodic":
                raise GrammarError('An episode\'s namespace is always "episodic".')
            return Episode(values[0], tags, confidence)
        case "reflect":
            return Reflect(values[0])
        case "recall":
            return Recall(
                _string(found, "query"), _string(found, "namespace") if "namespace" in found else None
            )
        case "forget":
            return _build_forget(found)
        case _:
            return Conflict(values[0], values[1], _string(found, "severity"), _string(found, "type"))


def _build_forget(found: Mapping[str, str]) -> Forget:
    if "id" not in found:
        return Forget(query=_string(found, "query"))
    number = _string(found, "id")
    if not (number.isascii() and number.isdigit()) or len(number) > 18 or "query" in found:
        raise GrammarError("A forget block needs either a query or an id that is a whole number.")
    return Forget(id=int(number))


def parse_tool_call(raw: str) -> tuple[str, dict[str, str]]:
    """Read one tool call, start token to end token, as (name, arguments); raises `GrammarError`."""
    match = _TOOL.fullmatch(raw.strip()) if len(raw) <= MAX_BLOCK_CHARS else None
    if match is None:
        raise GrammarError('The tool call can\'t be read: it looks like name(argument="value").')
    arguments: dict[str, str] = {}
    for piece in _ARGUMENT.finditer(match[2]):
        if piece[1] in arguments:
            raise GrammarError(f"The argument {piece[1][:20]} stands twice.")
        arguments[piece[1]] = _unquote(f'"{piece[2]}"')
    return match[1], arguments
