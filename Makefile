# Needs git, make and Python 3.11 or newer; everything else is installed into .venv.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= $(firstword $(foreach name,python3.14 python3.13 python3.12 python3.11 python3 python,$(if $(shell command -v $(name)),$(name))))
VENV := .venv
PY := $(VENV)/bin/python
WORKERS ?= auto

.PHONY: help run preview test lint check licences pins clean

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/runtime  ## Start the bot (with BOT_TOKEN in .env), or else the preview in your browser
	@exec $(PY) -m bot

preview: $(VENV)/runtime  ## Live through the program in your browser, with a clock to move
	@exec $(PY) -m bot preview

test: $(VENV)/dev  ## Run every test, the linters and the type checker too
	@$(PY) -m pytest -n $(WORKERS)

lint: $(VENV)/dev  ## Run the linters and the type checker alone
	@$(PY) -m pytest -q tests/test_house.py

check: $(VENV)/runtime  ## Check the words: every fault with file, line and what to do
	@$(PY) -m content check

licences: $(VENV)/dev  ## List the licences of everything that is installed
	@$(VENV)/bin/pip-licenses --with-urls --order=license

pins: $(VENV)/dev  ## Pin every dependency anew, with hashes (needs uv)
	@for extra in "" "--extra dev"; do \
	  name=requirements$${extra:+-dev}.txt; \
	  uv pip compile -q --universal --upgrade --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    pyproject.toml $$extra -o $$name; \
	done

clean:  ## Remove the environment and caches; data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A stamp stands only when its install went through, so an interrupted one starts over.
$(VENV)/runtime: requirements.txt | $(VENV)/made
	@$(call install,requirements.txt,about a minute)
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/made
	@$(call install,requirements-dev.txt,a minute or two)
	@touch $@ $(VENV)/runtime

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python is missing: install Python 3.11 or newer." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer." >&2; exit 2; }
	@echo "Making the environment with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { echo "Python's venv is missing: install it (Debian: apt install python3-venv)." >&2; exit 2; }
	@touch $@

define install
echo "Installing what $(1) pins (once, $(2)) …"; \
$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef
