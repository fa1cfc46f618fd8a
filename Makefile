# Everything starts from here; see README.md. `make demo` and `make test` set up what they need.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
COLAB := .venv-colab
# Small tensors gain nothing from threads, and two that wait for one another by spinning stop a busy machine.
export OMP_NUM_THREADS := 1
# Where this is set, each of some hundred processes would compile every module that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test colab release grade audit bench lint clean
help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

# --no-compile: half the time and 300 MB less; the first run writes the few .pyc files that it needs
$(READY): pyproject.toml constraints/local.txt
	@test -n "$(PYTHON)" && $(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
	  || { echo "Unrolled needs Python 3.11 or newer; try: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --no-warn-script-location --disable-pip-version-check -c constraints/local.txt -e '.[notebooks,grade,test]'
	@touch $@

$(COLAB)/.ready: constraints/colab.txt
	$(PYTHON) -m venv --clear $(COLAB)
	$(COLAB)/bin/python -m pip install --quiet --no-compile --no-warn-script-location --disable-pip-version-check \
	  -c constraints/colab.txt torch numpy matplotlib ipywidgets ipykernel ipython plotly tqdm
	@touch $@

# what the demo's trainings may cost, in reference passes; the course allows 160,000, some ten minutes
DEMO_BUDGETS := --budget train_echo=3000 --budget train_variable_echo=12000

demo: $(READY)  ## set up, make the releases, grade the demo class, show marks and where the pages lie
	$(BIN)/unrolled build
	$(BIN)/python examples/demo_class.py demo
	$(BIN)/unrolled grade --folder demo --unsandboxed $(DEMO_BUDGETS) || tail -n 1 demo/unrolled.log | grep -q 'ends: .* 1 of them not marked'  # lena
	@echo
	@echo "Look next at"
	@echo "  release/02_manual_rnn/manual_rnn.ipynb               what a student opens"
	@echo "  demo/feedback/ada/02_manual_rnn/manual_rnn.html      a page with full marks"
	@echo "  demo/feedback/chen/02_manual_rnn/manual_rnn.html     a page that says what is missing"
	@echo "  demo/feedback/emre/06_echo_gru/echo_gru.html         what a training that went wrong is told"
	@echo "  examples/demo_class.py                               who is in the class, and what each should get"
	@echo "  make audit                                           the tests of the tests"

test:  ## set up and run every test
	@$(MAKE) --no-print-directory -j2 $(READY) $(COLAB)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/unrolled lint
	$(BIN)/python -m pytest -n auto --dist loadgroup

colab: $(READY) $(COLAB)/.ready  ## run every notebook on Colab's versions
	$(BIN)/python -m pytest -s tests/colab

release: $(READY)  ## make every release from its master
	$(BIN)/unrolled build

grade: $(READY)  ## grade what lies in submitted/
	$(BIN)/unrolled grade

audit: $(READY)  ## do the checks reject every misconception and accept every alternative?
	$(BIN)/unrolled audit --record --page build/audit.html
	$(BIN)/unrolled audit --wall

bench: $(READY)  ## ratios of ours to plain recipes, one after the other (half an hour); the other files in bench/ are run by themselves
	$(BIN)/python bench/wall.py
	$(BIN)/python bench/labels.py
	$(BIN)/python bench/directions.py --seeds 5
	$(BIN)/python bench/echo.py
	$(BIN)/python bench/latch.py

lint: $(READY)  ## format and lint the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the venv and what was generated (never submitted/, gradebook.db or your marks)
	rm -rf .venv $(COLAB) build demo *.egg-info .cache .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
