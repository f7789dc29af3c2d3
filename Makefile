# The two commands: `make demo` and `make test`. Everything else is a part of them or for contributors.
.DEFAULT_GOAL := help
BIN := .venv/bin
# A wheel of PyPI brings npm and the like where the machine has none.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo run test check setup setup-test unit faults screenshots texts lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: setup ## a demonstration city on this machine: simulated access points, really polled; prints address and login link
	@hotspot demo

run: setup ## the service for your own city: web and collector; prints address and a link for the first admin
	@hotspot run

test: setup-test check unit ## everything CI runs

check: setup-test ## format, lint, types, import contracts
	ruff format --check .
	ruff check .
	mypy
	lint-imports --no-cache
	@echo "checks clean"

unit: setup-test ## the tests, with branch coverage
	rm -f .coverage .coverage.*
	pytest -n 3 --dist loadfile --no-loadscope-reorder --cov --cov-report= $(PYTEST_ARGS)
	coverage report --include='hotspot/analytics/*,hotspot/recorder.py,collectors/*' --fail-under=95

FAULTS := bench/results/faults.jsonl
faults: setup-test ## every fault in full (20 minutes; mounts a small disk, so as root); saves the figures
	rm -f $(FAULTS)
	FAULTS_RESULTS=$(CURDIR)/$(FAULTS) pytest -n 2 --dist loadfile tests/faults

setup:
	@scripts/setup.sh

setup-test:
	@scripts/setup.sh test

screenshots: setup-test ## pictures of every page, light and dark, desktop and phone, into screenshots/
	python -m tests.browser.screenshots screenshots

texts: setup-test ## collect the texts of the pages, then fill in hotspot/translations/id by hand and call it again
	@mkdir -p build
	pybabel --quiet extract -F babel.cfg -k lazy_gettext -k N_ --ignore-dirs '.* node_modules docs bench tests var' \
	  --no-location --sort-output -o build/messages.pot .
	pybabel --quiet update -l id -d hotspot/translations -i build/messages.pot --no-fuzzy-matching --no-wrap
	pybabel --quiet compile -d hotspot/translations

lock: ## compile requirements*.in to requirements*.txt with hashes (needs uv)
	for name in requirements requirements-node requirements-dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$name.in -o $$name.txt; done

clean: ## remove what the set-up made; keeps var/, where the data is
	rm -rf .venv node_modules hotspot/static/vendor .mypy_cache .ruff_cache .pytest_cache .coverage* build dist
