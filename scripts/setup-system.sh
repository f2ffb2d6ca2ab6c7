#!/usr/bin/env bash
# Tesseract with Spanish and English, for the text of scanned pages. Quiet when it is there;
# installs by apt when it may; otherwise names the command. kb works without it.
set -euo pipefail
packages="tesseract-ocr tesseract-ocr-spa tesseract-ocr-eng"
if command -v tesseract >/dev/null 2>&1; then
  langs=$(tesseract --list-langs 2>/dev/null || true)
  if grep -qx spa <<<"$langs" && grep -qx eng <<<"$langs"; then
    exit 0
  fi
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing tesseract for scanned pages ..." >&2
  log=$(mktemp)
  # shellcheck disable=SC2086  # a list of packages
  if { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; }; } \
    >"$log" 2>&1; then
    rm -f "$log"
    exit 0
  fi
  tail -n 3 "$log" >&2
  rm -f "$log"
fi
echo "Scanned pages need tesseract, which is not installed. To add it: sudo apt-get install $packages" >&2
