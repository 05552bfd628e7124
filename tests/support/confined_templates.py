"""Renders templates where they can't do harm: each in a process of its own with little memory.

Started by `test_template` with a JSON list of sources on standard input; answers with a JSON list of outcomes. The
processes are forked from this one, which has no threads, so that a crash is an outcome as well.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from typing import Any

from engine.errors import TemplateError
from engine.template import ChatTemplate

ADDRESS_BYTES = 3 << 29
"""Of the process; more than a template may take, so that one that takes too much is measured and not just stopped."""
SECONDS = 40
TALK = [{"role": "user", "content": "What's <b>up</b>?"}, {"role": "assistant", "content": "Not much\n"}]


def render(source: str) -> dict[str, Any]:
    try:
        return {"text": ChatTemplate(source).render(TALK)[:1000]}
    except TemplateError as error:
        return {"refused": str(error)}
    except BaseException as error:
        return {"raised": repr(error)}


def confined(source: str) -> dict[str, Any]:
    """What became of it: text, refused or raised; megabytes at the peak; seconds of processor time; signal."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        with os.fdopen(writing, "w", encoding="utf-8", errors="surrogatepass") as answer:
            json.dump(render(source), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", errors="surrogatepass") as answer:
        text = answer.read()
    _, status, used = os.wait4(child, 0)
    return {
        **json.loads(text or "{}"),
        "megabytes": used.ru_maxrss >> 10,
        "seconds": used.ru_utime + used.ru_stime,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore", SyntaxWarning)
    json.dump([confined(source) for source in json.load(sys.stdin)], sys.stdout)
