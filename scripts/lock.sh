#!/usr/bin/env bash
# Writes requirements.lock from what .venv holds: exact versions, without the local part of torch's
# (its CPU and GPU builds bear one version) and without tools that only make the lock.
set -euo pipefail
cd "$(dirname "$0")/.."
{
  echo "# Exact versions that the set-up installs. Written by: make lock"
  .venv/bin/python -m pip freeze --exclude-editable --all \
    | sed -E 's/^(torch==[0-9.]+)\+.*/\1/' \
    | grep -viE '^(pip|pip-tools|wheel|build|pyproject_hooks|diaspora-kb)(==|$| @)'
} > requirements.lock
echo "$(grep -c == requirements.lock) packages pinned" >&2
