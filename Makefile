# Everything one does with Libretto. Nothing has to be installed but Python 3.11 and make.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready
CATALOGUES := $(wildcard gateways/locale/*/LC_MESSAGES/*.po)
MESSAGES := $(CATALOGUES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help demo test check check-format check-types check-docs bench bench-billing bench-calls bench-documents bench-verify bench-past lock format messages clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  ARGS are handed on: make demo ARGS=--exit, make test ARGS='-k rma', make bench ARGS='--fsync-ms 2'"

demo: $(READY) ## Play a company's month on an embedded database, then serve the API (ARGS=--exit stops after the summary)
	$(BIN)/libretto demo --out demo-output $(ARGS)

test: $(READY) ## Run all tests
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: check-format check-types test check-docs ## Everything that must hold: format, types, import law, tests, rebuild comparison, docs

check-format: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types: $(READY)
	$(BIN)/mypy

check-docs: $(READY)
	$(BIN)/libretto docs --check

bench: $(READY) ## Measure beside a plain insert and the stock library, alternated, as ratios
	$(BIN)/python -m tests.bench $(ARGS)
	$(MAKE) bench-billing bench-calls bench-documents bench-verify bench-past

bench-documents: $(READY) ## Measure printing: each kind, a billing run's invoices with XML, a large workbook, the archive
	$(BIN)/python -m tests.bench.documents
	$(BIN)/python -m tests.bench.archive

bench-verify: $(READY) ## Measure sealing and verifying a log of a million facts
	$(BIN)/python -m tests.bench.verify

bench-past: $(READY) ## Measure looking back and rebuilds in a log of a million facts (ARGS=50000 for a quick look)
	$(BIN)/python -m tests.bench.as_of $(ARGS)

bench-billing: $(READY) ## Measure billing runs, the due list and what-if over thousands of contracts
	$(BIN)/python -m tests.bench.billing
	$(BIN)/python -m tests.bench.due
	$(BIN)/python -m tests.bench.what_if

bench-calls: $(READY) ## Measure calls over HTTP, boards of a million calls, service clocks, the search, day plans
	$(BIN)/python -m tests.bench.calls
	$(BIN)/python -m tests.bench.boards
	$(BIN)/python -m tests.bench.clocks
	$(BIN)/python -m tests.bench.intake
	$(BIN)/python -m tests.bench.day_plan

format: $(READY) ## Format the code and sort the imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(READY) ## Collect the texts for translation and bring the catalogues up to date
	$(BIN)/python -m gateways.messages
	@$(MAKE) --no-print-directory $(READY)

lock: $(READY) ## Bring constraints.txt up to date: exact versions with hashes (ARGS=--upgrade for newer ones)
	$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" -o constraints.txt $(ARGS)

clean: ## Remove the environment and everything made by it; data in .libretto/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info demo-output $(MESSAGES)
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# The environment: made again only when what it is made from has changed.

.venv/.installed: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Libretto needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' constraints.txt > .venv/uv.txt
	test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r constraints.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po | .venv/.installed
	$(BIN)/pybabel -q compile -i $< -o $@

$(READY): .venv/.installed $(MESSAGES)
	@touch $@
