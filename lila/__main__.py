"""`python -m lila` is `lila`."""

from __future__ import annotations

import sys

from lila.cli import main

if __name__ == "__main__":
    sys.exit(main())
