"""What `lila bench` measures; each module runs one benchmark and returns a report."""

from __future__ import annotations
