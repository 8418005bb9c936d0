# Where tools keep their state: all of it inside the checkout. Included by the Makefile alone; a user who calls
# .venv/bin/guardrails himself works with his own Ape folder and accounts.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export APE_DATA_FOLDER := $(CURDIR)/.ape
export SOLCX_BINARY_PATH := $(CURDIR)/.cache/solcx
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis
export MPLCONFIGDIR := $(CURDIR)/.cache/matplotlib
export IPYTHONDIR := $(CURDIR)/.cache/ipython
export FOUNDRY_OFFLINE := true
export FOUNDRY_DISABLE_NIGHTLY_WARNING := 1
export PYTHONUTF8 := 1
