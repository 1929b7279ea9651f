#!/usr/bin/env bash
# Start-up time and memory of the local stack, and the time of the demo: bench/stack.sh [ROUNDS]
# Nothing of the stack may be running. What was recorded by earlier starts is used, as it is for a user.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
for round in $(seq "$rounds"); do
  from=$(date +%s.%N)
  ./mlaas up --detach >/dev/null
  up=$(date +%s.%N)
  memory=$(./mlaas status | sed -n 's/^memory in all: //p')
  ./mlaas demo >/dev/null
  demo=$(date +%s.%N)
  ./mlaas down >/dev/null
  down=$(date +%s.%N)
  awk -v r="$round" -v a="$from" -v b="$up" -v c="$demo" -v d="$down" -v m="$memory" \
    'BEGIN { printf "round %d  up %.1f s  memory %s  demo %.1f s  down %.1f s\n", r, b - a, m, c - b, d - c }'
done
