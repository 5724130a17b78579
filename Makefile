# The two commands that matter: `make notebooks` and `make test`. Both set up .venv on first use.
# Every recipe uses relative paths, so that the folder may have spaces in its name.

.DEFAULT_GOAL := help
PY := .venv/bin/python
export HF_HUB_OFFLINE := 1
export PYTHON
# Processes of the test suite, each of which takes up to 2 GB; `pytest` by itself uses one.
WORKERS ?= 2
# The measuring corpora are not part of the repository; where they lie beside it, the tests use them.
ifndef FRAMING_DATA
ifneq ($(wildcard ../shared/data),)
export FRAMING_DATA := ../shared/data
endif
endif

.PHONY: help notebooks update-notebooks lab test lint types docs wheel clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 20

notebooks: .venv/.installed  ## run every curated notebook offline; say where the copies and figures are
	@$(PY) tools/notebooks.py

update-notebooks: .venv/.installed  ## run the notebooks and store their outputs in notebooks/
	@$(PY) tools/notebooks.py --update

lab: .venv/.installed  ## open JupyterLab on the notebooks
	@$(PY) -m jupyter lab notebooks

test: lint types .venv/.installed  ## style, types, the whole test suite, and the built wheel
	@OMP_NUM_THREADS=1 $(PY) -m pytest -n $(WORKERS) --dist loadfile

lint: .venv/.installed
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: .venv/.installed
	@$(PY) -m mypy

docs: .venv/.installed  ## build the API reference into build/docs; a warning is an error
	@$(PY) -m sphinx -W -n --keep-going -q docs build/docs && echo "build/docs/index.html"

wheel: .venv/.installed  ## build the wheel into dist/
	@$(PY) -m hatchling build -t wheel

# The stamp is written last: an interrupted set-up is taken up again, a finished one never repeated.
.venv/.installed: pyproject.toml constraints.txt tools/setup.sh
	@sh tools/setup.sh

clean:  ## remove what the commands made
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
