#!/usr/bin/env bash
# Takes the pictures of docs/monitoring.md from a report's page: docs/screenshots.sh .mlaas/demo/drift/meters-fail.html
set -euo pipefail

page=$(realpath "${1:?usage: docs/screenshots.sh REPORT.html}")
docs=$(dirname "$(realpath "$0")")
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) \
  || { echo "no Chromium on the PATH" >&2; exit 3; }
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

shot() { # FILE WIDTH HEIGHT
  "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$profile" \
    --force-device-scale-factor=1 --window-size="$2,$3" --virtual-time-budget=5000 --screenshot="$docs/$1" "file://$page" 2>/dev/null
  echo "$docs/$1"
}

shot monitoring-report.png 1100 1500
shot monitoring-report-phone.png 400 1400
