#!/usr/bin/env bash
# Predictions of a learner over REST and gRPC beside MLServer: bench/serving/run.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/serving}

if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then
  cat <<'TEXT'
bench/serving/run.sh [OPTION …]

On the running stack (./mlaas up; --without mqtt,s3,evm,blockchain,model-sharing,training,translation is enough): one row at a time
is asked for in a Poisson process of rising rates, times count from the moment a request was due. REST and gRPC of
online-learning-service, REST through the gateway, REST and gRPC of MLServer with a linear model of the same data, and the
model alone in the process.

Options are those of bench/load.sh serving (--rates, --seconds, --warm-up, --limit, --only, …); --ours leaves MLServer out,
--clients runs the clients of Triton and a generated stub against the learner first.

MLAAS_BENCH_FOLDER      where Python environments are kept (.mlaas/bench/serving)
MLAAS_BENCH_MLSERVER    a Python that has requirements-mlserver.txt; otherwise an environment is made with python3
MLAAS_BENCH_CLIENTS     the same for requirements-clients.txt
MLAAS_BENCH_PROTO       the published open_inference_grpc.proto for --clients (that of online-learning-service)
TEXT
  exit 0
fi

ours= clients= options=()
for option in "$@"; do
  case $option in
    --ours) ours=yes ;;
    --clients) clients=yes ;;
    *) options+=("$option") ;;
  esac
done

environment() { # NAME GIVEN: a Python with requirements-NAME.txt
  if [ -n "$2" ]; then
    echo "$2"
    return
  fi
  if [ ! -f "$work/$1/complete" ]; then
    mkdir -p "$work"
    python3 -m venv "$work/$1" >&2
    "$work/$1/bin/python" -m pip install -q -r "$here/requirements-$1.txt" >&2
    : >"$work/$1/complete"
  fi
  echo "$work/$1/bin/python"
}

member() { # NAME PORT
  "$home/mlaas" status --json | python3 -c '
import json, sys
print(next(m["ports"][sys.argv[2]] for m in json.load(sys.stdin)["members"] if m["name"] == sys.argv[1]))' "$1" "$2"
}

if [ -n "$clients" ]; then
  python=$(environment clients "${MLAAS_BENCH_CLIENTS:-}")
  service=http://127.0.0.1:$(member online-learning http)
  python3 "$here/teach.py" "$service"
  grpc=127.0.0.1:$(member online-learning grpc)
  "$python" "$here/clients.py" triton "$service" "$grpc"
  "$python" "$here/clients.py" stub "$grpc" ${MLAAS_BENCH_PROTO:+"$MLAAS_BENCH_PROTO"}
fi

grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
if [ -z "$ours" ]; then
  python=$(environment mlserver "${MLAAS_BENCH_MLSERVER:-}")
  folder=$(mktemp -d)
  read -r rest grpc metrics < <(python3 -c '
import socket
taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(s.getsockname()[1] for s in taken))')
  "$python" "$here/mlserver_model.py" "$folder" "$rest" "$grpc" "$metrics"
  "$(dirname "$python")/mlserver" start "$folder" >"$folder/log" 2>&1 &
  peer=$!
  trap 'kill $peer; wait $peer || true; rm -rf "$folder"' EXIT
  for ((i = 0; ; i++)); do
    curl -sf -o /dev/null "http://127.0.0.1:$rest/v2/models/sklearn-iris/ready" && break
    [ "$i" -lt 120 ] || { tail -20 "$folder/log" >&2 && exit 1; }
    sleep 0.5
  done
  "$python" -c 'import importlib.metadata as m, sys; print("Python", sys.version.split()[0], "MLServer", m.version("mlserver"))'
  options+=(--peer-rest "http://127.0.0.1:$rest" --peer-grpc "127.0.0.1:$grpc")
fi
"$home/bench/load.sh" serving "${options[@]}"
