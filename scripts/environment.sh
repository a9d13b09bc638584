#!/bin/sh
# Makes .venv match a lock file, or says in one sentence what is missing. Usage: sh scripts/environment.sh LOCKFILE
set -eu
cd "$(dirname "$0")/.."
lock=$1
python=${PYTHON:-python3}

missing() {
    echo "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    missing "Python is missing: install it first, on Debian with 'apt install python3 python3-venv python3-pip'."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    missing "$("$python" --version) is too old: Python 3.11 or newer is needed; name one with 'make run PYTHON=/path/to/python3'."

# What the environment was made from: the pins and the Python. The test pins hold all others too, so either will do.
wanted() {
    { "$python" -c 'import sys; print(sys.version, sys.platform)'; cat "$1"; } | cksum
}
made=$(cat .venv/made-from 2>/dev/null || true)
if [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null; then
    [ "$made" = "$(wanted "$lock")" ] && exit 0
    [ "$made" = "$(wanted requirements-test.lock)" ] && exit 0
fi

if command -v uv >/dev/null 2>&1; then
    echo "Setting up the environment in .venv with uv."
    uv venv --quiet --clear --python "$python" .venv
    uv pip sync --quiet --python .venv/bin/python --require-hashes "$lock"
else
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        missing "Python's venv module is missing: on Debian install it with 'apt install python3-venv'."
    echo "Setting up the environment in .venv: once, about a minute."
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary=:all: \
        --require-hashes -r "$lock"
fi
wanted "$lock" >.venv/made-from
