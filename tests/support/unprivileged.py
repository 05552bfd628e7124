"""Tests of what may not be written, run by root as well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_root"]


@contextmanager
def without_root() -> Iterator[None]:
    """Root may write anywhere, so root becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
