# Everything a person or a machine does with this checkout. `make` alone lists it.

PYTHON ?= python3
PYTEST_ARGS ?=
FAULT_SEEDS ?= 2-11
FUZZ_COUNT ?= 1000000
ORACLE_SEEDS ?= 5000-204999
MODULES ?= coder
MUTANTS_ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
DEEP := tests/test_invariants.py tests/test_minutes.py tests/test_linking.py tests/test_oracle.py
SITE := examples/sample-day/site.toml
SAMPLE := examples/sample-day/logs
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKS := requirements/build.txt requirements/run.txt requirements/test.txt
LOCK_ENV := $(VENV)-lock
COMPILE := $(LOCK_ENV)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --build-deps-for editable

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run live test check fmt bench deep faults fuzz mutants lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## replay the sample day: its charges, the files, what to try next
	@$(BIN)/hangtime replay $(SAMPLE) --site $(SITE) --out out/sample-day

live: $(VENV)/.test ## the sample day through a real Kafka and FHIR server, in three minutes
	@$(BIN)/python -m examples.live

test: $(VENV)/.test ## everything CI runs (PYTEST_ARGS="-k hydration" for a part)
	@$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

check: $(VENV)/.test ## form, lint, types and floors, without the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.test ## put the code into its form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.test ## measure against the peers, as ratios
	@$(BIN)/python -m benchmarks

deep: $(VENV)/.test ## fifty times as many random visits and tellings as `make test` (ORACLE_SEEDS=5000-204999)
	@HYPOTHESIS_PROFILE=deep HANGTIME_ORACLE_SEEDS=$(ORACLE_SEEDS) $(BIN)/python -m pytest -n 2 $(DEEP) $(PYTEST_ARGS)

faults: $(VENV)/.test ## kill and hold serve, the broker and the FHIR server, at random moments (FAULT_SEEDS=2-11)
	@HANGTIME_FAULT_SEEDS=$(FAULT_SEEDS) $(BIN)/python -m pytest -n 2 tests/test_live.py -k seed $(PYTEST_ARGS)

fuzz: $(VENV)/.test ## a million mutated messages of each kind; the slowest are kept in out/fuzz (FUZZ_COUNT=1000000)
	@$(BIN)/python -m tests.fuzzing $(FUZZ_COUNT)
	@$(BIN)/python -m tests.fuzzing --fhir $(FUZZ_COUNT)

mutants: $(VENV)/.test ## change the rules one by one: which changes no test notices (MODULES="coder/runs")
	@$(BIN)/python -m tests.mutation $(MODULES) $(MUTANTS_ARGS)

# With the oldest Python we support, so that what only it needs is pinned too.
lock: $(VENV)/.made ## pin the newest allowed versions again, with hashes
	@$(PYTHON) -m venv $(LOCK_ENV)
	@$(LOCK_ENV)/bin/python -m pip --quiet install pip-tools
	@env -u PIP_FIND_LINKS $(COMPILE) --upgrade --only-build-deps -o requirements/build.txt pyproject.toml
	@env -u PIP_FIND_LINKS $(COMPILE) --upgrade -c requirements/build.txt -o requirements/run.txt pyproject.toml
	@env -u PIP_FIND_LINKS $(COMPILE) --upgrade --extra test -c requirements/run.txt -o requirements/test.txt \
		pyproject.toml
	@sed -i.bak -e '/^# The following packages/d' $(LOCKS) && rm -f requirements/*.bak
	@rm -rf $(LOCK_ENV)

clean: ## remove the environment, the caches and what runs wrote
	@rm -rf $(VENV) $(LOCK_ENV) out build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} + ; rm -rf ./*.egg-info

# One environment for both: its stamps say what it holds, so a second call costs nothing.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "hangtime needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.txt pyproject.toml
	@echo "Installing what hangtime runs on into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@
