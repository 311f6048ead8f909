# The commands of the project. `make run` is all that a newcomer needs.
SHELL := /bin/bash
PYTHON := .venv/bin/python
CORPORA ?=
BENCHMARKS ?=
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false
export CUDA_VISIBLE_DEVICES :=
export PYTHONWARNINGS := ignore

.PHONY: run test train check eval peer encoder encoder-figures lint privacy attack screenshots

run: .venv/installed
	@exec $(PYTHON) -m bot

test: .venv/installed lint
	$(PYTHON) -m bot.check
	$(PYTHON) -m pytest -q -W ignore

train: .venv/installed
	$(PYTHON) -m bot.training

check: .venv/installed
	@$(PYTHON) -m bot.check

eval: .venv/installed
	$(PYTHON) -m nlu.evaluation

attack: .venv/installed
	$(PYTHON) -m tests.attack

privacy: .venv/installed
	$(PYTHON) -m tests.privacy

peer: .venv/installed
	$(PYTHON) -m nlu.evaluation.stock

encoder: .venv/installed
	@test -n "$(CORPORA)" || { echo "Say where the pairs are: make encoder CORPORA=folder"; exit 1; }
	$(PYTHON) -m nlu.encoder $(CORPORA)

encoder-figures: .venv/installed
	@test -n "$(CORPORA)" -a -n "$(BENCHMARKS)" || { echo "make encoder-figures BENCHMARKS=folder CORPORA=folder"; exit 1; }
	$(PYTHON) -m nlu.encoder.figures $(BENCHMARKS) $(CORPORA)

screenshots: .venv/installed
	$(PYTHON) -m tests.page.screenshots

lint: .venv/installed
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy

# A folder of wheels that pip knows of is handed on, so that a CPU build of torch there is taken.
.venv/installed: pyproject.toml constraints.txt
	@command -v python3.11 >/dev/null || { echo "Python 3.11 is needed: install it, then run make again."; exit 1; }
	@echo "Installs the pinned packages into .venv (about 4 GB; 1 to 5 minutes):"
	@test -x $(PYTHON) || python3.11 -m venv .venv
	@$(PYTHON) -m pip install -q --disable-pip-version-check "$$(grep '^uv==' constraints.txt)"
	@UV_FIND_LINKS="$${UV_FIND_LINKS:-$$PIP_FIND_LINKS}" $(PYTHON) -m uv pip install --python $(PYTHON) \
		-r pyproject.toml --extra dev -c constraints.txt
	@touch $@
