"""Generates the cffi module of the engine from its public header.

Run by CMake: ``python _ffi_build.py HEADER OUTPUT``. ABI mode: the result is plain Python that opens the shared
library at run time, so no compiler sees it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import cffi

BEGIN, END = "/* cffi: begin */", "/* cffi: end */"
MODULE = "_ffi"


def declarations(header: str) -> str:
    """The part of the header between the cffi markers, without what cffi can't parse."""
    start, end = header.index(BEGIN) + len(BEGIN), header.index(END)
    return re.sub(r"\bLILA_API\b", "", header[start:end])


def generate(header: Path, output: Path) -> None:
    ffi = cffi.FFI()
    ffi.cdef(declarations(header.read_text(encoding="utf-8")))
    ffi.set_source(MODULE, None)
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(ffi.compile(tmpdir=folder))
        output.write_text(generated.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    generate(Path(sys.argv[1]), Path(sys.argv[2]))
