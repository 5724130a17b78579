#!/bin/sh
# Create .venv with the exact versions of constraints.txt. Called by make; safe to call again.
set -u

log=build/setup.log

fail() {
    echo "framing: $1" >&2
    exit 1
}

suits() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python; do
    if suits "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "no Python 3.11 or newer was found; install one, or name it: make PYTHON=/path/to/python3 notebooks"

mkdir -p build
echo "framing: setting up .venv with $("$python" --version) (once; a few minutes, log in $log)"
if [ ! -x .venv/bin/python ]; then
    "$python" -m venv .venv >"$log" 2>&1 ||
        fail "creating .venv failed; on Debian and Ubuntu install the package python3-venv (details in $log)"
fi

# PIP_CONSTRAINT also reaches the isolated build of the package itself.
PIP_CONSTRAINT="constraints.txt" .venv/bin/python -m pip install --disable-pip-version-check \
    --progress-bar off torch --editable ".[openvino,notebooks,contrastive,docs,dev]" >"$log" 2>&1 ||
    fail "installing the packages failed; is the network there, and 6 GB of disk? Details at the end of $log; then run the same command again"

touch .venv/.installed
echo "framing: .venv is ready"
