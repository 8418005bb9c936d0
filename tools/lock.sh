#!/usr/bin/env bash
# Writes requirements/*.lock (every version with its hashes, no place to fetch from) and package-lock.json from
# pyproject.toml, requirements/*.in and package.json. First line of each lock: the hash of what it was made from,
# which `make lint` compares. Needs uv on PATH (or UV=…); the user's own registry settings apply.
#   tools/lock.sh            keep the locked versions where they still fit
#   tools/lock.sh --upgrade  take the newest that fit
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
uv=${UV:-uv}

lock() { # NAME INPUT… : compile the inputs into requirements/NAME.lock
  local name=$1 file=requirements/$1.lock
  shift
  # shellcheck disable=SC2086
  "$uv" pip compile "$@" --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
    --no-emit-find-links --quiet $upgrade -o "$file"
  local sum
  sum=$(python3.11 tools/check_locks.py --sum "$name")
  printf '# made by tools/lock.sh from %s\n%s\n' "$sum" "$(grep -v '^#' "$file")" > "$file.new"
  mv "$file.new" "$file"
}

upgrade=${1:-}
lock dev pyproject.toml --extra dev --extra revm --extra fuzz --extra dask
lock build requirements/build.in -c requirements/dev.lock
lock node requirements/node.in
lock prove requirements/prove.in
npm install --package-lock-only --ignore-scripts --legacy-peer-deps
python3.11 tools/check_locks.py
