# The one front door. CI, hooks and people call these targets; no second copy of the rules exists.
# `check` never edits; `fix` does.

PYTHON  ?= python3
DATASET ?= workshop
VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
export MLFLOW_DISABLE_TELEMETRY := true
export DVC_NO_ANALYTICS := true

.PHONY: setup run test test-airflow check fix docs bench bench-scoreboard bench-seasons bench-going bench-features bench-gain bench-outgrow bench-evaluation bench-cases bench-causes bench-leaks bench-job bench-actions bench-outside lock clean

setup: $(STAMP)  ## install everything from the lock into .venv

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Forewarn needs Python 3.11 or newer; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3." >&2; exit 2; }
	@PYTHON=$(PYTHON) sh .ci/prepare
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## every stage on DATASET, then tonight's scores
	$(BIN)/forewarn run --dataset $(DATASET)

test: setup  ## every test, with the branch coverage of the pure packages
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup --cov --cov-report=term --cov-fail-under=90

test-airflow: setup  ## the example DAG in a real Airflow, for one night of the workshop
	$(BIN)/forewarn run --dataset workshop
	.ci/airflow

check: setup  ## what CI holds: style, types, the direction of imports, generated files up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/forewarn docs --check

fix: setup  ## mend what a tool can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup  ## write the generated reference pages
	$(BIN)/forewarn docs

bench: bench-scoreboard bench-seasons bench-going bench-features bench-gain bench-outgrow bench-evaluation bench-cases bench-causes bench-leaks bench-job bench-actions bench-outside  ## every benchmark

bench-scoreboard: setup  ## Online Retail II beside the published figures: the protocol, and six cutoffs
	$(BIN)/forewarn ingest --dataset online_retail_ii
	$(BIN)/python -m benchmarks.scoreboard

bench-seasons: setup  ## which way keeps the mean probability at what comes true, season by season
	$(BIN)/forewarn ingest --dataset online_retail_ii
	$(BIN)/python -m benchmarks.seasons

bench-features: setup  ## the feature store against pandas, Polars and a floor; ARGS="--only task --lines 1m" for a part
	$(BIN)/python -m benchmarks.features $(ARGS)

bench-gain: setup  ## what each source and cause adds, on validation dates
	$(BIN)/forewarn run --dataset online_retail_ii
	$(BIN)/forewarn run --dataset workshop
	$(BIN)/python -m benchmarks.gain online_retail_ii workshop

bench-outgrow: setup  ## the feature store by Spark against the local engine, every cell compared; ARGS="--sizes 100k" for a part
	$(BIN)/python -m benchmarks.outgrow $(ARGS)

bench-evaluation: setup  ## certificates and intervals against a known truth; ARGS="--only certificates" for a part
	$(BIN)/python -m benchmarks.evaluation $(ARGS)
bench-leaks: setup  ## planted leaks that the leak alarm must name, clean companies at which it must keep still
	$(BIN)/python -m benchmarks.leaks
bench-cases: setup  ## leavers found before they left, in ten new simulated companies; the going of Online Retail II
	$(BIN)/forewarn ingest --dataset online_retail_ii
	$(BIN)/python -m benchmarks.cases $(ARGS)

bench-causes: setup  ## is the named cause the planted one? do reasons add up, and how fast are they?
	$(BIN)/forewarn run --dataset online_retail_ii
	$(BIN)/forewarn run --dataset workshop
	$(BIN)/python -m benchmarks.causes $(ARGS)

bench-job: setup  ## the scheduled job: gate, drift, damage, kills, hostile files, a large company; ARGS="--only gate,drift" for a part
	$(BIN)/python -m benchmarks.job $(ARGS)

bench-actions: setup  ## alerts, rhythms, plans, playbooks, delivery; ARGS="--only plans,loop" for a part
	$(BIN)/python -m benchmarks.actions $(ARGS)

bench-outside: setup  ## rivals, customs records and market in 20 new simulated companies; ARGS="--only gain,lags" for a part
	$(BIN)/python -m benchmarks.outside $(ARGS)

bench-going: setup  ## ways to tell the going from the gone, on validation dates; ARGS="--seeds 11" for other companies (half an hour)
	$(BIN)/forewarn ingest --dataset online_retail_ii
	$(BIN)/python -m benchmarks.going $(ARGS)

lock: setup  ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra spark --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

clean:  ## remove what runs have made; datasets' own descriptions and raw records of yours stay
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	rm -rf data/*/interim data/*/store data/*/model data/*/report data/*/scores data/workshop/raw data/workshop/truth benchmarks/.data
