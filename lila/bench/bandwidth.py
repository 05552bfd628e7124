"""The read bandwidth of the memory, measured in the run that it is quoted with: decoding is bounded by it."""

from __future__ import annotations

import ctypes
import mmap
import time
from concurrent.futures import ThreadPoolExecutor

__all__ = ["read_bandwidth"]

_ABSENT = 0xA5


def read_bandwidth(threads: int, size: int = 1 << 28, runs: int = 3) -> float:
    """Bytes a second that ``threads`` read together from ``size`` bytes, the best of ``runs``.

    The C library's memchr looks for a byte that isn't there: it reads everything once and computes next to nothing.
    """
    search = ctypes.CDLL(None).memchr
    search.argtypes, search.restype = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t), ctypes.c_void_p
    part = size // threads
    with mmap.mmap(-1, part * threads) as memory:
        for page in range(0, len(memory), mmap.PAGESIZE):
            memory[page] = 1  # an untouched page has no memory behind it
        view = (ctypes.c_char * len(memory)).from_buffer(memory)
        start = ctypes.addressof(view)
        with ThreadPoolExecutor(threads) as pool:
            rates = [_one(pool, search, start, part, threads) for _ in range(runs)]
        del view  # the mapping can't be closed while it is lent
    return max(rates)


def _one(pool: ThreadPoolExecutor, search: object, start: int, part: int, threads: int) -> float:
    assert callable(search)
    begun = time.perf_counter()
    jobs = [pool.submit(search, start + i * part, _ABSENT, part) for i in range(threads)]
    assert all(job.result() is None for job in jobs)
    return part * threads / (time.perf_counter() - begun)
