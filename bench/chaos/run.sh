#!/usr/bin/env bash
# Hurts a stack of its own under load and counts afterwards: bench/chaos/run.sh kill|store|disk|clock|soak [--help]
# MLAAS_CHAOS_STATE names the folder for its data (a new one under /tmp if it is not set; kept if a promise was broken).
set -euo pipefail
cd "$(dirname "$0")/../.."
state=${MLAAS_CHAOS_STATE:-$(mktemp -d /tmp/mlaas-chaos.XXXXXX)}
export MLAAS_CACHE=${MLAAS_CACHE:-$PWD/.mlaas/cache}
status=0
bench/load.sh chaos --state "$state" "$@" || status=$?
if [ "$status" -eq 0 ]; then
  rm -rf "$state"
else
  echo "data and logs: $state" >&2
fi
exit "$status"
