"""What tests of several packages need: public test data, fetched once."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import settings

# A red run can be had again: the examples follow from the test's name, not from chance.
settings.register_profile("repeatable", derandomize=True, deadline=None)  # a busy machine fails no test
settings.load_profile("repeatable")

# llama.cpp's vocabularies, tokenizer vectors, chat templates and converter, as this source distribution carries them.
LLAMA_CPP = "llama-cpp-python==0.3.36"
INSIDE = "/vendor/llama.cpp/"
MODELS = ("models/",)
CONVERTER = ("convert_hf_to_gguf.py", "conversion/", "gguf-py/gguf/")


@pytest.fixture(scope="session")
def test_cache() -> Path:
    """LILA_TEST_CACHE, or .cache/tests of the repository: what is expensive to fetch stays there."""
    default = Path(__file__).parent.parent / ".cache" / "tests"
    folder = Path(os.environ.get("LILA_TEST_CACHE", default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def llama_cpp_models(test_cache: Path) -> Path:
    """The folder `models` of llama.cpp: ggml-vocab-*.gguf with .inp and .out vectors, templates/*.jinja."""
    return _extracted(test_cache, "llama.cpp-models", MODELS, "models/")


@pytest.fixture(scope="session")
def llama_cpp_converter(test_cache: Path) -> Path:
    """A folder with llama.cpp's convert_hf_to_gguf.py and the packages it is made of, its own gguf among them."""
    return _extracted(test_cache, "llama.cpp-converter", CONVERTER)


def _extracted(cache: Path, name: str, wanted: tuple[str, ...], above: str = "") -> Path:
    """What begins with `wanted` in llama.cpp's folder, without the folders `above` it; extracted once."""
    folder = cache / name
    if not folder.is_dir():
        part = cache / f"{name}.{os.getpid()}"
        with tarfile.open(_source_distribution(cache)) as archive:
            for member in archive:
                _, _, path = member.name.partition(INSIDE)
                if path.startswith(wanted) and member.isfile():
                    member.name = path.removeprefix(above)
                    archive.extract(member, part, filter="data")
        try:
            part.rename(folder)
        except OSError:  # another run was faster
            assert folder.is_dir()
    return folder


def _source_distribution(cache: Path) -> Path:
    """Fetched by pip from whatever index it is set up for."""
    name = LLAMA_CPP.replace("-", "_").replace("==", "-") + ".tar.gz"
    if not (cache / name).is_file():
        only_source = ("--no-deps", "--no-binary", "llama-cpp-python", "--dest", str(cache))
        command = [sys.executable, "-m", "pip", "download", "--quiet", *only_source, LLAMA_CPP]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode:
            pytest.fail(f"pip can't fetch {LLAMA_CPP}; put {name} into {cache} by hand.\n{done.stderr}")
    return cache / name
