"""The native library as cffi sees it: `lib`, `ffi`, and `check`, which turns a status into an error.

Both names are loaded on first use, so that importing `engine` costs nothing and a missing library is an error
that a chain of backends can handle. Calls through `lib` release the GIL.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import (
    ArgumentError,
    Cancelled,
    EngineError,
    Fatal,
    MalformedFile,
    Unavailable,
    UnsupportedFeature,
)

__all__ = ["ERROR_BYTES", "check", "error_buffer", "ffi", "lib"]

ERROR_BYTES = 512
"""Size of the buffers that `error_buffer` gives."""

# As lila_status numbers them. LILA_E_CONTEXT is an ArgumentError here: sessions check the room beforehand.
_ERRORS: dict[int, type[EngineError]] = {
    1: Unavailable,
    2: MalformedFile,
    3: UnsupportedFeature,
    4: Unavailable,
    5: ArgumentError,
    6: ArgumentError,
    7: Fatal,
    8: Cancelled,
}
_LOADING = threading.Lock()
_NATIVE = Path(__file__).parent / "_native"
_LIBRARY = "liblila_engine.dylib" if sys.platform == "darwin" else "liblila_engine.so"


def _native_folder() -> Path:
    """Beside this file, or in site-packages, where the build of an editable install put it."""
    for folder in [_NATIVE, *(Path(entry) / "engine" / "_native" for entry in sys.path if entry)]:
        if (folder / _LIBRARY).is_file():
            return folder
    raise Unavailable(
        f"The native engine isn't built: {_LIBRARY} is missing. Build it with "
        "`cmake -S . -B build/dev && cmake --build build/dev`, or reinstall Lila."
    )


@cache
def _load() -> tuple[Any, Any]:
    folder = _native_folder()
    spec = importlib.util.spec_from_file_location("engine._native_ffi", folder / "_ffi.py")
    if spec is None or spec.loader is None:
        raise Unavailable("The native engine's cffi module is missing. Reinstall Lila.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return module.ffi, module.ffi.dlopen(str(folder / _LIBRARY))
    except (OSError, ImportError) as error:
        raise Unavailable(f"The native engine can't be loaded ({error}). Reinstall Lila.") from error


class _Lazy:
    """Stands for `ffi` or `lib` until the first attribute is asked for, then keeps what it found."""

    def __init__(self, index: int) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        with _LOADING:  # two threads must not end up with objects of two libraries
            loaded = _load()
        value = getattr(loaded[self._index], name)
        setattr(self, name, value)
        return value


ffi: Any = _Lazy(0)
lib: Any = _Lazy(1)


def error_buffer() -> Any:
    """A char buffer of ERROR_BYTES for a call that can fail."""
    return ffi.new("char[]", ERROR_BYTES)


def check(status: int, err: Any = None) -> None:
    """Raise the error that a lila_status other than LILA_OK stands for, with the sentence in `err`."""
    if status == 0:
        return
    text = ffi.string(err).decode("utf-8", "replace") if err else ""
    raise _ERRORS.get(status, EngineError)(text or f"the native engine failed with status {status}")
