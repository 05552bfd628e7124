"""The terminal: a conversation typed at a prompt, or piped through."""

from __future__ import annotations
