# make book builds the book, make test runs every test; both set up what they need.  GNU make >= 3.81.
.DEFAULT_GOAL := help
.PHONY: help setup book test mutants lab serve lock clean

VENV  := .venv
PY    := $(VENV)/bin/python
READY := $(VENV)/.ready
PORT  ?= 8000

# The first Python on the PATH that is new enough.  PYTHON=/path/to/python overrides the search.
FIND_PYTHON = for p in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$p"; break; fi; done

# TORCH=cpu: on Linux, take PyTorch's CPU build from its own index instead of the CUDA build from PyPI.
ifeq ($(TORCH),cpu)
PIP_INDEX := --extra-index-url https://download.pytorch.org/whl/cpu
endif

help:  ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## the environment alone, in .venv

$(READY): requirements.lock pyproject.toml
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or newer is needed: install it (Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python) or name one: make setup PYTHON=/path/to/python" >&2; exit 1; fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python has no venv module: install it (Debian/Ubuntu: apt install python3-venv)" >&2; exit 1; fi; \
	if [ ! -x $(PY) ] || ! $(PY) -m pip --version >/dev/null 2>&1; then \
	  echo "Making the environment $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); fi
	$(PY) -m pip install $(PIP_INDEX) -r requirements.lock
	$(PY) -m pip install --no-deps --no-build-isolation -e .
	@echo "Warming caches"; $(PY) -c "import matplotlib.pyplot, imgcomp_lib.core.bits"
	@touch $@

book: $(READY)  ## the book, in _build/html; prints the path of its first page
	@$(PY) book/build.py

test: $(READY)  ## every test: the library, the notebooks, the built pages, the style of the code
	@$(PY) book/build.py
	$(PY) -m ruff check .
	$(PY) -m pytest -n 2 --dist loadfile
	$(PY) -m pytest -n 2 --dist loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=1200 -p no:cacheprovider notebooks

mutants: $(READY)  ## small faults put into the library: which does no test find? (MODULE=entropy.huffman SAMPLE=60)
	$(PY) tests/mutants.py $(MODULE) $(if $(SAMPLE),--sample $(SAMPLE))

lab: $(READY)  ## JupyterLab on your own copies of the chapters, in my_notebooks
	@$(PY) book/lab.py

serve: book  ## the built book on http://127.0.0.1:8000 (PORT=… for another port)
	$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

# What is locked stays as it is, unless pyproject.toml forbids it; UPGRADE=1 takes the newest of everything.
# The CUDA packages are torch's own business (it pins them exactly), and only some platforms have them.
lock: $(READY)  ## requirements.lock for what pyproject.toml asks, for every platform (UPGRADE=1: the newest versions)
	$(PY) -m pip install --quiet uv
	cp requirements.lock requirements.new
	$(PY) -m uv pip compile --universal --fork-strategy fewest --python-version 3.11.7 --all-extras $(if $(UPGRADE),--upgrade) \
	  --no-header --no-annotate --quiet pyproject.toml --output-file requirements.new
	{ echo "# Every package that was tested together; made by: make lock"; \
	  grep -vE '^(#|nvidia-|cuda-|triton)' requirements.new; } > requirements.lock.part
	rm requirements.new && mv requirements.lock.part requirements.lock

clean:  ## remove the built book (the environment stays)
	rm -rf _build
