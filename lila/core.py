"""LilaCore: the mind that every door talks to.

    with LilaCore(config) as core:
        print(core.think("my door code is 4821").text)

A core may be used from many threads: conversations are independent, and each takes one turn at a time.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from lila.config import Config, configs_folder, load, make_home
from lila.conversation import Conversation
from lila.errors import BackendError, BadValue, LilaError, NotAwake
from lila.events import (
    Error,
    Event,
    MemoryOp,
    OpApplied,
    TextDelta,
    ThinkingDelta,
    TimerRang,
    ToolCalled,
    TurnDone,
)
from lila.forgetting import redact_forgotten
from lila.hands import Hands
from lila.mind_settings import MindSettings
from lila.recovery import recover
from lila.request import MAX_TEXT_CHARS, Asked, Request, read_context
from lila.shelf import HIGHEST, memory_number
from lila.tools.timers import Ring
from lila.turn_shell import TurnShell
from lila.why import Why
from memory.errors import NotFound
from memory.facts import as_lila_says
from memory.grammar import Forget
from memory.grammar import Store as StoreOp
from memory.model import FORGOTTEN, Memory, OpContext, Outcome
from memory.store import Store
from training_log.journal import Journal
from training_log.records import new_id

if TYPE_CHECKING:
    from lila.backends.chain import Chain

__all__ = ["LilaCore", "LilaResponse"]

logger = logging.getLogger(__name__)

Listener = Callable[[Event], None]
MAX_CONVERSATIONS = 1000
ENGINES = {"native": "native engine", "gguf": "llama.cpp", "transformers": "transformers", "api": "API"}


@dataclass(frozen=True, slots=True)
class LilaResponse:
    """A whole reply. `actions` are the tools that were called; `memory_ops` what the store really did."""

    text: str
    memory_ops: tuple[MemoryOp, ...] = ()
    actions: tuple[ToolCalled, ...] = ()
    confidence: float | None = None
    should_speak: bool = True
    used: tuple[int, ...] = ()
    turn: str = ""


class LilaCore:
    """One Lila: a store, a diary, tools and a chain of models, in one home."""

    def __init__(
        self,
        config: Config | None = None,
        *,
        chain: Chain | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        """`config` None loads it; `chain` None opens the configured one. Nothing is opened before `boot`."""
        self.config = config or load()
        self.now = now
        self.session = ""
        self._given_chain = chain
        self._awake = False
        self._conversations: dict[str, Conversation] = {}
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._outside = itertools.count()
        self._closers: list[Callable[[], None]] = []

    # ---- life ---------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Wake up: open home, memory, diary, tools and models. Twice is fine."""
        if self._awake:
            return
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        self._awake = True

    def _open(self) -> None:
        home = make_home(self.config.home)
        self.minds = MindSettings(self.config, (home, configs_folder()))
        self.store = Store(home / "memory.db", clock=self._unix_time)
        self._closers.append(self.store.close)
        self.journal = Journal(home / "log", clock=self.now)
        self._closers.append(self.journal.close)
        recover(self.store, self.journal)
        self.hands = Hands(self.config, home, self.store, self._deliver, self.now)
        self._closers.append(self.hands.close)
        self.tools = self.hands.registry
        self.chain = self._given_chain or self._open_chain()
        self._closers.append(self.chain.close)
        self.session = new_id()
        self.hands.start(self.journal)

    def _open_chain(self) -> Chain:
        from lila.backends.chain import open_chain

        return open_chain(self.config)

    def _unix_time(self) -> float:
        return self.now().timestamp()

    @property
    def is_awake(self) -> bool:
        """True between `boot` and `close`."""
        return self._awake

    def close(self) -> None:
        """Go to sleep: stop replies under way, then close everything. Safe to call twice."""
        self._awake = False
        with self._lock:
            conversations = list(self._conversations.values())
        for conversation in conversations:
            conversation.cancel.set()
        for conversation in conversations:
            if conversation.lock.acquire(timeout=5):
                conversation.lock.release()
        while self._closers:
            try:
                self._closers.pop()()
            except Exception:
                logger.exception("a part of Lila did not close")

    def __enter__(self) -> LilaCore:
        self.boot()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- turns --------------------------------------------------------------------------------------

    def think(self, text: str, context: Mapping[str, object] | None = None) -> LilaResponse:
        """The whole reply to `text`; raises LilaError where the turn failed."""
        said: list[str] = []
        ops: list[MemoryOp] = []
        actions: list[ToolCalled] = []
        for event in self.stream(text, context):
            match event:
                case TextDelta() | ThinkingDelta():
                    said.append(event.text)
                case OpApplied():
                    ops.append(event.op)
                case ToolCalled():
                    actions.append(event)
                case Error():
                    raise LilaError(event.message, code=event.code)
                case TurnDone():
                    return LilaResponse(
                        event.text,
                        tuple(ops),
                        tuple(actions),
                        event.confidence,
                        event.should_speak,
                        event.used,
                        event.turn,
                    )
                case _:
                    pass
        return LilaResponse("".join(said), tuple(ops), tuple(actions), should_speak=False)

    def stream(self, text: str, context: Mapping[str, object] | None = None) -> Iterator[Event]:
        """The events of a turn; a turn that fails ends in `Error`, every other in `TurnDone`.

        Context keys: conversation, speaker, persona, mode, private, settings. Raises before the first event
        for a context that can't be. A second turn of the same conversation waits for the first.
        """
        self._check_awake()
        if not text.strip():
            raise BadValue("there is nothing to answer: say something", place="text")
        if len(text) > MAX_TEXT_CHARS:
            raise BadValue(f"this is too long: at most {MAX_TEXT_CHARS} characters", place="text")
        asked = read_context(context)
        held = self._conversations.get(asked.conversation)
        request = self.minds.request(text, asked, self._dialect(), held.wishes if held else ())
        return self._turn(self._conversation(asked), request)

    def _dialect(self) -> str:
        try:
            return self.chain.info.dialect
        except BackendError:
            return "taught"  # no model answers: the turn itself will say so, as an event

    def _turn(self, conversation: Conversation, request: Request) -> Iterator[Event]:
        with conversation.lock:
            conversation.cancel.clear()
            conversation.heard, conversation.busy = None, True
            try:
                self._check_awake()
                yield from TurnShell(self, conversation, request, new_id()).run()
            finally:
                conversation.busy = False

    def interrupt(self, conversation: str, said: str | None = None) -> None:
        """Cut the reply under way short. `said` is what was heard of it, where a voice knows better.

        With no turn under way, the last reply is clipped to `said`: it was still being spoken. Takes no
        lock, so a signal handler may call it.
        """
        found = self._conversations.get(conversation)
        if found is None:
            return
        if found.busy:
            found.heard = said
            found.cancel.set()
        elif said is not None:
            found.clip(said)

    def reset(self, conversation: str) -> None:
        """Begin a conversation anew; what is remembered stays."""
        found = self._conversations.get(conversation)
        if found is not None:
            found.cancel.set()
            with found.lock:
                found.reset()

    def why(self, conversation: str) -> Why:
        """The account of the conversation's last answer."""
        found = self._conversations.get(conversation)
        why = (found.why if found else None) or Why()
        return why.without(self._forgotten({each.id for each in why.recalled}))

    # ---- memory -------------------------------------------------------------------------------------

    def remember(self, namespace: str, content: str) -> Outcome:
        """Store what the owner says through a program, with the same rules as in a conversation."""
        self._check_awake()
        op = StoreOp(as_lila_says(content), namespace)
        return self.store.apply([op], self._owner_context(content))[0]

    def what_do_i_know(self) -> list[Memory]:
        """Everything that is remembered and holds."""
        self._check_awake()
        return self.store.list()

    def forget(self, what: str) -> str:
        """Forget by description or number, in memory, diary and conversations; returns what to say."""
        self._check_awake()
        number = memory_number(what)
        op = Forget(query=what) if number is None else Forget(id=min(number, HIGHEST))
        context = self._owner_context(f"forget {what}")
        return self.store.apply([op], context, before_commit=self.follow_forgetting)[0].message

    def follow_forgetting(self, outcomes: Sequence[Outcome], turn: str = "") -> None:
        """What the store forgot leaves the diary too; `turn` asked for it. Conversations find out by `catch_up`."""
        redact_forgotten(self.journal, outcomes, turn)

    def catch_up(self, conversation: Conversation) -> None:
        """What was forgotten since the last turn leaves the conversation.

        The store is asked, for the forgetting may have been another process's: a shell beside this terminal.
        """
        conversation.forget(self._forgotten(conversation.memories))

    def _forgotten(self, numbers: Set[int]) -> Set[int]:
        return {number for number in numbers if self._is_forgotten(number)}

    def _is_forgotten(self, number: int) -> bool:
        try:
            return self.store.get(number).state == FORGOTTEN
        except NotFound:  # an older copy of the memory was put in place: it is known no more
            return True

    def _owner_context(self, text: str) -> OpContext:
        return OpContext(turn_id="", speaker=self.config.conversation.speaker, source_text=text)

    # ---- doors --------------------------------------------------------------------------------------

    def subscribe(self, callback: Listener) -> Callable[[], None]:
        """Hear what happens outside turns (timers); returns the way to stop. Called from Lila's threads."""
        with self._lock:
            self._listeners.append(callback)
        if self._awake:
            self.hands.nudge()

        def stop() -> None:
            with self._lock:
                if callback in self._listeners:
                    self._listeners.remove(callback)

        return stop

    def check_mode(self, mode: str) -> None:
        """Raise BadValue, with the nearest known one, for a mode that doesn't exist."""
        self._check_awake()
        self.minds.mode(mode)

    def describe_backend(self) -> str:
        """Who answers, in a few words: "built-in model, native engine"."""
        self._check_awake()
        info = self.chain.info
        model = "built-in model" if info.model == "lila-nano" else info.model
        return f"{model}, {ENGINES.get(info.backend, info.backend)}"

    def chain_report(self) -> list[str]:
        """One line per backend of the chain: taken, or passed over and why."""
        return [
            f"{each.name} {each.state}" + (f": {each.reason}" if each.reason else "")
            for each in self.chain.tried
        ]

    def _deliver(self, ring: Ring) -> bool:
        """Ring in every open door; False while there is none."""
        with self._lock:
            listeners = list(self._listeners)
        event = (
            TimerRang("", next(self._outside), ring.timer, ring.label, ring.message) if listeners else None
        )
        for listener in listeners:
            try:
                assert event is not None
                listener(event)
            except Exception:
                logger.exception("a door failed to take an event")
        return bool(listeners)

    def _conversation(self, asked: Asked) -> Conversation:
        with self._lock:
            if asked.conversation not in self._conversations:
                self._make_room()
                self._conversations[asked.conversation] = Conversation(asked.conversation)
            return self._conversations[asked.conversation]

    def _make_room(self) -> None:
        """The oldest idle conversations go first; what they taught Lila is in the store."""
        idle = [name for name, each in self._conversations.items() if not each.busy]
        for name in idle[: max(0, len(self._conversations) + 1 - MAX_CONVERSATIONS)]:
            del self._conversations[name]

    def _check_awake(self) -> None:
        if not self._awake:
            raise NotAwake("Lila is asleep: call boot() first, or use the core as a context manager")
