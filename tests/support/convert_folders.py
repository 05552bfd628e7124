"""Runs llama.cpp's converter over folders of transformers' models, all in one process: importing torch takes longest.

    python convert_folders.py CONVERTER FOLDER=PRE-TOKENIZER …

Each FOLDER is written as FOLDER.gguf. The converter knows a BPE's pre-tokenizer by a hash over the tokens of a text,
which only the vocabularies it was told of can have; a small one is given the name instead. An empty name leaves the
converter as it is. Nothing else of it is changed.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main(converter: Path, jobs: list[tuple[Path, str]]) -> None:
    sys.path.insert(0, str(converter))
    program = import_module("convert_hf_to_gguf")
    assert Path(program.gguf.__file__).is_relative_to(converter), "this isn't the converter's own gguf"
    model = import_module("conversion").TextModel
    by_hash = model.get_vocab_base_pre
    for folder, pre in jobs:
        model.get_vocab_base_pre = named(pre) if pre else by_hash
        sys.argv = ["convert_hf_to_gguf.py", str(folder), "--outfile", f"{folder}.gguf", "--outtype", "f32"]
        program.main()


def named(pre: str) -> Any:
    return lambda _model, _tokenizer: pre


if __name__ == "__main__":
    pairs = [job.rsplit("=", 1) for job in sys.argv[2:]]
    main(Path(sys.argv[1]), [(Path(folder), pre) for folder, pre in pairs])
