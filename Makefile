# `make chat` and `make test` are all that is needed on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INDEX ?= news-index
ARTICLES ?= articles
PORT ?= 7860

.PHONY: chat test check audit bench learn browser clean

chat: $(VENV)/.chat  ## install, index the sample, open the chat
	@test -e $(INDEX)/CURRENT || $(BIN)/python -m index build $(ARTICLES) --index $(INDEX)
	$(BIN)/python ui.py --index $(INDEX) --port $(PORT)

test: $(VENV)/.dev browser  ## install, run the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder  # two processes, a file whole in one of them

check: $(VENV)/.dev  ## formatting, lint, types, security
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c pyproject.toml -r index assistant ui.py

audit: $(VENV)/.dev  ## known faults of what is pinned; asks the package registry, and fails where that does not know one
	$(BIN)/pip-audit --strict --disable-pip --no-deps --progress-spinner off -r constraints.txt

bench: $(VENV)/.dev  ## quality and speed on the sample, or on CORPUS=… QUESTIONS=… JUDGED=…
	$(BIN)/python benchmarks/retrieval.py $(if $(CORPUS),--corpus $(CORPUS) --questions $(QUESTIONS) --judged $(JUDGED))

learn: $(VENV)/.dev  ## learn anew all that ships, from CORPUS=… QUESTIONS=… JUDGED=… [XQUAD=…]; index and ask afresh after it
	$(BIN)/python benchmarks/train_embedding.py $(CORPUS) index/shipped
	$(BIN)/python benchmarks/train_gate.py $(CORPUS) --words
	$(BIN)/python benchmarks/train_quotes.py --corpus $(CORPUS) --questions $(QUESTIONS) --judged $(JUDGED) --years 2022 2023 $(if $(XQUAD),--xquad $(XQUAD))
	$(BIN)/python benchmarks/train_decision.py $(CORPUS) $(QUESTIONS) $(JUDGED)

browser:  # the suite drives the page in Chromium
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { echo "Chromium is missing: installing it by apt-get."; \
	       apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	  || { echo "The tests need Chromium: install it, then run make test again."; exit 2; }

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# torch goes first, pinned, so that no other package brings in a build of its own choice
$(VENV)/.chat: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.chat
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
