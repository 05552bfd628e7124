"""The WebSocket harness: Lila for other programs. The protocol is in docs/harness.md.

`requests`, `answers`, `parsing`, `protocol` and `session` (sans I/O) know what frames mean, `resume` keeps what was
sent, `turns` runs the core; `wire`, `connection`, `hall`, `queries` and `app` are the asyncio shell. Nothing is
imported here; use `lila.server.app.serve`.
"""

from __future__ import annotations
