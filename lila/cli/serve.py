"""`lila serve`: the WebSocket harness."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lila.cli.options import load_config

__all__ = ["serve"]


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on; any but loopback needs a token. Default: server.host."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to listen on; 0 takes a free one. Default: server.port."),
    ] = None,
) -> None:
    """Serve other programs over a WebSocket, until Ctrl-C.

    The protocol is in docs/harness.md.

    A token is set as LILA_SERVER_TOKEN or server.token, never on the command line, where others could read it.
    """
    from lila.core import LilaCore
    from lila.server.app import serve as serve_harness

    given = {"server.host": host, "server.port": port}
    config = load_config({key: value for key, value in given.items() if value is not None})
    with LilaCore(config) as core:
        serve_harness(
            config, core, ready=lambda url: print(f"Lila is awake at {url}", file=sys.stderr, flush=True)
        )
