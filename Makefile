# make run    set up, migrate, load the demonstration once, serve on http://127.0.0.1:8000/
# make test   set up, then lint, types, import directions and every test
# make format writes the tree in the one layout that `make lint` asks for
# make lint   ruff, mypy and import directions alone
# make bench  the benchmarks, each with the figure it is held to
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
# A changed pyproject.toml changes the stamps' names, so that parts are installed again only then.
MARK := $(shell cksum < pyproject.toml | cut -d' ' -f1)
READY_RUN := .venv/.ready-run-$(MARK)
READY_TEST := .venv/.ready-test-$(MARK)
# Parts that no start needs: analysis, documents, what installs.
LATER := /(scipy|sklearn|joblib|numpy|polars|narwhals|lightgbm|openpyxl|pypdf|docx|babel|pip|setuptools|pkg_resources|gis|postgres|tests)/

TEMPLATES = $(shell find src -name '*.html')

.PHONY: setup setup-test run test format lint bench clean

setup: $(READY_RUN)
setup-test: $(READY_TEST)

$(BIN)/python:
	@echo "Making the virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sanzhi needs Python 3.11 or later")'
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; sh tools/system-packages.sh python3-venv && $(PYTHON) -m venv .venv; }
	@# Of thousands of wheels on offer, the pip that comes with Python chooses at half the speed;
	@# it serves all the same where no other can be had.
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --upgrade pip || true

$(READY_RUN): | $(BIN)/python
	@echo "Installing what the site needs"
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check -e '.[site]'
	@# What the site starts with is compiled at once; the rest when first used.
	@$(BIN)/python -m compileall -q -j 2 -x '$(LATER)' $(BIN)/../lib src || true
	@$(BIN)/python -m sanzhi.site.messages
	@touch $@

$(READY_TEST): | $(BIN)/python
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m sanzhi.site.messages
	@touch $@ $(READY_RUN)

run: setup
	@$(BIN)/sanzhi run --host $(HOST) --port $(PORT)

format: setup-test
	@$(BIN)/ruff check -q --fix-only src tests benchmarks tools
	@$(BIN)/ruff format -q src tests benchmarks tools
	@$(BIN)/djade --target-version 5.2 $(TEMPLATES)

lint: setup-test
	@$(BIN)/ruff format --check -q src tests benchmarks tools
	@$(BIN)/djade --target-version 5.2 --check $(TEMPLATES)
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/lint-imports
	@# The types of the models need the site's settings; they make no data folder for that.
	@SANZHI_HOME=.mypy_cache/home $(BIN)/mypy

test: setup-test
	@command -v chromium >/dev/null || sh tools/system-packages.sh chromium fonts-wqy-microhei \
		|| echo "Without Chromium the browser tests are skipped; everything else runs."
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -n 2

bench: setup-test
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
