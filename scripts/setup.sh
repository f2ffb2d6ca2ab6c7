#!/usr/bin/env bash
# Makes .venv with the exact versions of requirements.lock. Safe to repeat; a broken .venv is made anew.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "kb needs Python 3.11 or newer; '$python' is not. Name another: make setup PYTHON=python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "This Python lacks venv. On Debian: apt-get install python3-venv" >&2
  exit 1
fi
if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  echo "Making .venv ..." >&2
  rm -rf .venv
  "$python" -m venv .venv
fi
echo "Installing the pinned packages (two minutes, about 2 GB; torch is the large one) ..." >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "Making the int8 copy of the encoder ..." >&2
.venv/bin/python -m kb.embed_int8 >&2
touch .venv/.ready
echo "Ready: .venv/bin/kb" >&2
