"""Look at the corpus: ``python -m training_log.nano.corpus --n 20 --seed 1``."""

from __future__ import annotations

import argparse
import json
from itertools import islice

from training_log.nano.corpus.example import render
from training_log.nano.corpus.generate import SPLITS, examples


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training_log.nano.corpus", description="Print examples of the corpus."
    )
    parser.add_argument("--n", type=int, default=20, help="how many examples")
    parser.add_argument("--seed", type=int, default=1, help="seed of the stream")
    parser.add_argument("--split", choices=SPLITS, default="train", help="which split")
    parser.add_argument("--intent", default="", help="only examples of this intent")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args()
    chosen = (one for one in examples(options.seed, options.split) if options.intent in ("", one.intent))
    for one in islice(chosen, options.n):
        if options.json:
            print(
                json.dumps(
                    {"intent": one.intent, "messages": one.messages, "target": one.target}, ensure_ascii=False
                )
            )
        else:
            print(f"--- {one.intent}\n" + "".join(text for text, _ in render(one)))


if __name__ == "__main__":
    main()
