# Needs git, make and Python 3.11 or newer; everything else comes into .venv, pinned and hashed.
# Written for make 3.81 (macOS ships it) and a plain POSIX shell; all paths are relative, so that a
# folder with spaces in its name works.

PYTHON ?=
UV ?= uv
VENV := .venv
# The folder given to rm below is never anything but this literal name.
PY := .venv/bin/python
ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --only-binary=:all:
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run preview test demo-pictures audit mutants soak bench bench-large licences lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: ## install what is needed (the first time) and start the bot
	@$(call installed,requirements.txt,about a minute)
	@exec $(PY) -m bot

preview: ## live through the program in the browser, without Telegram
	@$(call installed,requirements.txt,about a minute)
	@exec $(PY) -m bot preview

test: ## every check: tests, style, types, imports
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m pytest -n auto --dist worksteal

demo-pictures: ## draw the README's pictures anew (needs Chromium)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.browser.pictures

audit: ## look up every pinned package among the known faults (needs the network)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.audit requirements-dev.txt

mutants: ## take safety controls out, one by one, and see that a test notices (ten minutes)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.mutants

soak: ## kills, stalls and load, again and again (half an hour)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.soak

bench: ## what it costs beside others, as ratios (under ten minutes)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.bench --write

bench-large: ## what a thousand to a million people cost (under ten minutes)
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m tests.bench large --write

licences: ## the licence of every package that is installed
	@$(call installed,requirements-dev.txt,about two minutes)
	@$(PY) -m piplicenses --from=mixed --order=license --with-urls

lock: ## choose versions anew (needs uv) and write both requirements files
	@$(COMPILE) --upgrade --output-file requirements.txt
	@$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## remove the environment; your data stays
	@rm -rf .venv

# A copy of the file that was installed is the stamp: while it equals the file, nothing is done.
# `installing` lies in the environment while pip works; found there later, the work was cut off, and
# pip would take half a package for a whole one, so the environment is made anew.
# The development file holds all of the runtime file, so it stamps both.
define installed
if ! { cmp -s $(1) .venv/$(1) && $(PY) $(ENOUGH); } 2>/dev/null; then \
	if [ -e .venv/installing ] || ! { $(PY) $(ENOUGH) && $(PY) -m pip --version; } >/dev/null 2>&1; then \
		rm -rf .venv; \
		python=''; bare=''; \
		for name in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
			"$$name" $(ENOUGH) >/dev/null 2>&1 || continue; \
			bare=$$name; \
			"$$name" -c 'import venv, ensurepip' >/dev/null 2>&1 && { python=$$name; break; }; \
		done; \
		if [ -z "$$bare" ]; then \
			echo 'Python 3.11 or newer is needed, and none was found. Get it from python.org or your package manager.' >&2; \
			exit 2; \
		elif [ -z "$$python" ]; then \
			echo "$$bare lacks the venv module. Install it (on Debian and Ubuntu: apt install python3-venv)." >&2; \
			exit 2; \
		fi; \
		echo "Making an environment with $$python …"; \
		"$$python" -m venv .venv || exit 2; \
	fi; \
	echo 'Installing $(1) (once, $(2)) …'; \
	: > .venv/installing; \
	$(PIP) -r $(1) || { \
		echo 'Not everything could be installed; the reason stands above. The same command tries again.' >&2; \
		exit 2; }; \
	cp requirements.txt .venv/requirements.txt; \
	cp $(1) .venv/$(1); \
	rm -f .venv/installing; \
	echo 'Installed.'; \
fi
endef
