# newsnotes: `make run` starts the desk, `make test` runs every test. `make help` lists the rest.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

# The first Python on the PATH that is new enough; PYTHON=... chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

.PHONY: help run test prove format lint audit lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: $(RUNTIME) ## Install, load the sample project, and serve on http://127.0.0.1:8000 (PORT chooses)
	@exec $(BIN)/python -m newsnotes.serve

# What has no data runs once. Tests that share something costly stay in one process.
PARALLEL := -n auto --dist loadgroup

test: $(DEV) ## Run all tests, on SQLite and on a PostgreSQL that is started for them (ARGS goes to pytest)
	@$(BIN)/python -m tests.chromium
	@status=0; \
	echo "== Tests on SQLite"; \
	$(BIN)/python -m pytest $(PARALLEL) $(ARGS) || status=1; \
	echo "== Tests on PostgreSQL"; \
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest $(PARALLEL) -m "django_db or data" $(ARGS) || status=1; \
	exit $$status

prove: $(DEV) ## Run what backs each promise, on both databases, and print a dated table (docs/promises.md)
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.prove

format: $(DEV) ## Format code and templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	git ls-files 'templates/*.html' | xargs -r $(BIN)/djade --target-version 5.2

lint: $(DEV) ## Check style, types, layers, templates, migrations and deployment settings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	git ls-files 'templates/*.html' | xargs -r $(BIN)/djade --target-version 5.2 --check
	NEWSNOTES_VAR=$(VENV)/var $(BIN)/python manage.py makemigrations --check --dry-run
	NEWSNOTES_VAR=$(VENV)/var NEWSNOTES_PRODUCTION=true SITE_URL=https://desk.example \
	DATABASE_URL=postgres://newsnotes@db.example/newsnotes \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

audit: $(DEV) ## Look up known vulnerabilities of the locked dependencies
	$(BIN)/python .ci/audit.py

lock: $(DEV) ## Write the lock files anew (UPGRADE=--upgrade takes the newest versions)
	$(call compile,pyproject.toml -o requirements.lock)
	$(call compile,-c requirements.lock pyproject.toml --extra parquet -o requirements-parquet.lock)
	$(call compile,-c requirements-parquet.lock pyproject.toml --group dev -o requirements-dev.lock)

clean: ## Remove the virtual environment and what tools left behind; the desk in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { \
		echo "newsnotes needs Python 3.11 or newer, and found none. PYTHON=/path/to/python3.12 make run names one."; \
		exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo; echo "Python could not make a virtual environment. On Debian or Ubuntu: apt install python3-venv"; \
		exit 1; }

$(RUNTIME): requirements.lock | $(VENV)/pyvenv.cfg
	$(call install,requirements.lock)
	@touch $@

$(DEV): requirements-dev.lock | $(VENV)/pyvenv.cfg
	$(call install,requirements-dev.lock)
	@touch $@ $(RUNTIME)

# uv is faster where it is there; pip is always there. Both refuse a file whose hash is not in the lock.
# Nothing is compiled ahead: Python does that at the first import, and only for what is used.
define install
	@echo "Installing $(1) ..."
	@if command -v uv >/dev/null 2>&1; \
	then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r $(1); fi
endef

# Universal: one file for Python 3.11 to 3.14 and every platform. No host names.
define compile
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header $(UPGRADE) $(1) >/dev/null
endef
