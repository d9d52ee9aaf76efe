# Balai's two commands are `make run` and `make test`; the rest serve them.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin

.PHONY: help run test setup lint format bench crash clean

help:  ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup:  ## Make .venv with everything Balai needs, and the site's assets
	@$(PYTHON) tools/setup.py

run: setup  ## Start Balai with its demonstration cities (PORT=8000)
	@$(PYTHON) tools/run.py --host $(HOST) --port $(PORT)

test: lint  ## Check the style, the layers and every behaviour
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(PYTEST)

lint: setup  ## Check style, types and layers only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m balai.shell.messages check

format: setup  ## Put the code in form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup  ## Measure, side by side with a peer (long)
	@$(BIN)/python -m benchmarks

crash: setup  ## Kill every part a hundred times and count what stands (about ten minutes)
	@BALAI_CRASH_ROUNDS=100 $(BIN)/python -m pytest tests/crash/test_whole.py

clean:  ## Remove what setup and run made (var/, your data, stays)
	rm -rf .venv build frontend/node_modules

.PHONY: lock
lock:  ## Lock the dependencies again after changing pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --group dev --extra cluster --universal --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header -q -o requirements.lock
