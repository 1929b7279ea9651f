#!/usr/bin/env bash
# A large PyTorch model through the whole service: bench/translation/large.sh [MB] [HEAP]
# A stack of its own on free ports with HEAP (2g) for translation-service; a network of MB (500) megabytes of weights is imported
# and translated. Prints the times, the outcome, and what memory the service took at most. MLAAS_BENCH_TORCH is a Python with PyTorch.
set -euo pipefail
cd "$(dirname "$0")/../.."
megabytes=${1:-500}
heap=${2:-2g}
python=${MLAAS_BENCH_TORCH:-python3}
work=$(mktemp -d)
export MLAAS_STATE=$work/state
samplers=()

end() {
  for p in "${samplers[@]}"; do kill "$p" 2>/dev/null || true; done
  ./mlaas down >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT

now() { date +%s.%N; }
report() { awk -v what="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-34s %7.1f s\n", what, b - a }'; }
authorization() { printf 'Authorization: Bearer %s' "$(./mlaas token acme-scientist)"; }
json() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -1; }
get() { curl -sS -H "$(authorization)" "$gateway$1"; }

await() { # PATH FIELD VALUE …
  local path=$1 field=$2 seen
  shift 2
  while seen=$(get "$path" | json "$field"); do
    case " $* " in *" $seen "*) return ;; esac
    sleep 1
  done
}

"$python" bench/translation/large_torch.py "$work/model.pt" "$megabytes"
bytes=$(stat -c %s "$work/model.pt")

ports=()
for name in gateway postgres kafka kafka-controller mqtt s3 evm keycloak keycloak-management model-sharing blockchain training translation; do
  ports+=(--port "$name=0")
done
# Of all ways to say it, this is the one that the heap which the stack gives does not win against.
./mlaas up --detach "${ports[@]}" --set "translation._JAVA_OPTIONS=-Xmx$heap" \
  --set translation.MLAAS_TRANSLATION_MAXMODELSIZE=1GB >/dev/null
gateway=$(./mlaas status | sed -n 's/.*the gateway listens on //p')
pid=$(./mlaas status | awk '$1 == "translation" { print $4 }')
"$(dirname "$(readlink "/proc/$pid/exe")")/jstat" -gc "$pid" 500 >"$work/gc" &
samplers+=($!)
while sleep 0.5; do awk '/RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null || exit 0; done >"$work/anonymous" &
samplers+=($!)

from=$(now)
id=$(curl -sSf -H "$(authorization)" -F artifact=@"$work/model.pt" -F 'metadata={"model_params": {}}' "$gateway/model" |
  json model_id)
await "/model/$id/status" status TRAINED QUARANTINED FAILED
report "imported, $bytes bytes" "$from" "$(now)"
from=$(now)
path=/translate/status/$(curl -sS -X POST -H "$(authorization)" -H 'Prefer: respond-async' "$gateway/translate/$id" |
  json translation_id)
await "$path" state DONE FAILED
report "translated, proven, anchored" "$from" "$(now)"
get "$path"
echo
get "/translate/$id/certificate" >"$work/certificate.json"
for fact in passed inputs max_absolute_error mean_absolute_error source_engine onnx_engine; do
  printf '%-34s %s\n' "$fact" "$(json "$fact" <"$work/certificate.json")"
done
get "/model/$(get "$path" | json model_id)" >"$work/model.onnx"
printf '%-34s %d bytes\n' 'ONNX model' "$(stat -c %s "$work/model.onnx")"

awk -v limit="$heap" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  { used = $at["S0U"] + $at["S1U"] + $at["EU"] + $at["OU"]; if (used > most) most = used }
  END { printf "translation-service: heap at most %d MiB of %s, ", most / 1024, limit }' "$work/gc"
awk '{ if ($1 > most) most = $1 } END { printf "memory of its own at most %d MiB, ", most / 1024 }' "$work/anonymous"
awk '/VmHWM/ { printf "resident with mapped files at most %d MiB\n", $2 / 1024 }' "/proc/$pid/status"
