# The README's two commands: `make run` starts the dashboard, `make test` runs every test.
# Both create the environment in .venv first when it is missing or older than the pins. `make check` adds lint, types and layers.
PY := .venv/bin/python
PORT ?= 8501
WORKERS ?= 2

.PHONY: run test check environment test-environment clean

run: environment
	@$(PY) scripts/start.py --port "$(PORT)"

test: test-environment
	@$(PY) -m pytest -n "$(WORKERS)" --dist loadfile $(ARGS)

check: test-environment
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) .venv/bin/lint-imports

environment:
	@sh scripts/environment.sh requirements.lock

test-environment:
	@sh scripts/environment.sh requirements-test.lock

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
