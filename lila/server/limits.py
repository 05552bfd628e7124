"""How much one client, and all of them together, may ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lila.config import Server

__all__ = ["Bucket", "Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The harness's limits; those that people may want to change come from the `[server]` table."""

    clients: int = 64
    conversations: int = 256
    """Kept at once, over all clients; idle ones that nobody follows give way."""
    conversations_per_client: int = 32
    """Followed at once by one connection."""
    frame_bytes: int = 65_536
    frames_per_minute: int = 600
    strikes: int = 50
    """Frames in a row that may be refused before the connection is closed."""
    turns: int = 8
    """Running at once."""
    waiting: int = 64
    """Turns that wait for one of those."""
    wait_s: float = 60.0
    """Longest wait of a turn, where its query has no `ttl`."""
    turn_s: float = 600.0
    """Longest turn; then it is interrupted."""
    kept_events: int = 1024
    """Per conversation, for readers that are slow or come back."""
    kept_bytes: int = 4 * 1024 * 1024
    resume_s: float = 300.0
    """How long a conversation that nobody follows is kept."""
    ping_s: float = 20.0
    auth_s: float = 10.0
    """From connecting to a valid token."""
    strangers: int = 16
    """Connections that have not yet shown a token."""
    opening: int = 64
    """Sockets beyond all of these that are connecting, or being refused."""
    answer_bytes: int = 4 * 1024 * 1024
    """Answers to a client's own queries that wait for it to read."""
    send_s: float = 30.0
    """Longest wait for a reader to take one frame."""
    grace_s: float = 5.0
    """For running turns to finish when Lila goes to sleep, and again after they were interrupted."""

    @property
    def sockets(self) -> int:
        """Open sockets at once, whatever they are for."""
        return self.clients + self.strangers + self.opening

    @classmethod
    def of(cls, server: Server) -> Limits:
        """The limits that the configuration asks for."""
        return cls(
            clients=server.max_clients,
            conversations=server.max_conversations,
            frame_bytes=server.max_message_bytes,
            frames_per_minute=server.messages_per_minute,
            kept_events=server.outbox_events,
            resume_s=server.resume_s,
            ping_s=server.ping_s,
        )


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` frames a second on average, `burst` at once. Reads no clock."""

    rate: float
    burst: float
    _level: float = field(init=False)
    _last: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._level = self.burst

    def take(self, now: float) -> bool:
        """Whether one more frame is allowed at `now` (seconds, any origin, rising)."""
        if self._last is not None:
            self._level = min(self.burst, self._level + max(0.0, now - self._last) * self.rate)
        self._last = now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True
