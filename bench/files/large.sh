#!/usr/bin/env bash
# A large dataset through the gateway of the running stack: bench/files/large.sh [MIB] [ROUNDS]
# Up by form and by tus, down again and compared; prints seconds, speed, and what memory the two services on the way took
# at most. The heaps are those that `./mlaas up` gives. Takes twice the file's size under TMPDIR and as much in the store.
set -euo pipefail
cd "$(dirname "$0")/../.."
mib=${1:-2048}
rounds=${2:-1}
work=$(mktemp -d)
samplers=()
trap 'for p in "${samplers[@]}"; do kill "$p" 2>/dev/null || true; done; rm -rf "$work"' EXIT

gateway=$(./mlaas status | sed -n 's/.*the gateway listens on //p')
[ -n "$gateway" ] || { echo "nothing runs: ./mlaas up" >&2; exit 5; }
pid_of() { ./mlaas status | awk -v name="$1" '$1 == name { print $4 }'; }
gateway_pid=$(pid_of gateway)
sharing_pid=$(pid_of model-sharing)
java_bin=$(dirname "$(readlink "/proc/$sharing_pid/exe")")
tus='Tus-Resumable: 1.0.0'
file=$work/data.bin

authorization() { printf 'Authorization: Bearer %s' "$(./mlaas token acme-scientist)"; }
now() { date +%s.%N; }
json() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

report() { # WHAT FROM TO
  awk -v what="$1" -v a="$2" -v b="$3" -v mib="$mib" \
    'BEGIN { printf "%-22s %7.1f s  %7.1f MiB/s\n", what, b - a, mib / (b - a) }'
}

upload_by_form() {
  curl -sSf -H "$(authorization)" -F dataset=@"$file" -F 'metadata={"samples_dimension": "(1)"}' "$gateway/dataset" |
    json dataset_id
}

upload_by_tus() { # PIECES
  local upload offset piece=$((mib * 1048576 / $1))
  upload=$(curl -sSf -D - -o /dev/null -X POST -H "$(authorization)" -H "$tus" -H "Upload-Length: $((mib * 1048576))" \
    "$gateway/uploads" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  for offset in $(seq 0 "$piece" $((mib * 1048576 - 1))); do
    tail -c +$((offset + 1)) "$file" | head -c "$piece" |
      curl -sSf -X PATCH -T - -H "$(authorization)" -H "$tus" -H "Upload-Offset: $offset" \
        -H 'Content-Type: application/offset+octet-stream' "$gateway$upload"
  done 2> >(grep -v 'write error' >&2)
  echo "${upload#/uploads/}"
}

download() { # DATASET
  curl -sSf -H "$(authorization)" -o "$work/back.bin" "$gateway/dataset/$1"
}

same() {
  [ "$(sha256sum <"$work/back.bin")" = "$digest" ] || { echo "the file came back different" >&2; exit 1; }
}

sample() { # NAME PID
  "$java_bin/jstat" -gc "$2" 1000 >"$work/$1.gc" &
  samplers+=($!)
}

most_heap() { # NAME: in MiB
  awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
       { used = $at["S0U"] + $at["S1U"] + $at["EU"] + $at["OU"]; if (used > most) most = used }
       END { printf "%d", most / 1024 }' "$work/$1.gc"
}

openssl enc -aes-128-ctr -nosalt -pass pass:"$(date +%s%N)" -in /dev/zero 2>/dev/null | head -c "${mib}M" >"$file" || true
digest=$(sha256sum <"$file")
sample gateway "$gateway_pid"
sample sharing "$sharing_pid"

for round in $(seq "$rounds"); do
  echo "round $round: $mib MiB"
  from=$(now)
  dataset=$(upload_by_form)
  report "up, form" "$from" "$(now)"
  from=$(now)
  download "$dataset"
  report "down" "$from" "$(now)"
  same
  # Other content, so that nothing of the first upload helps.
  printf '%s' "$(date +%s%N)" | dd of="$file" conv=notrunc status=none
  digest=$(sha256sum <"$file")
  from=$(now)
  upload=$(upload_by_tus 4)
  report "up, tus in 4 pieces" "$from" "$(now)"
  from=$(now)
  dataset=$(curl -sSf -H "$(authorization)" -F "upload_id=$upload" -F 'metadata={"samples_dimension": "(1)"}' \
    "$gateway/dataset" | json dataset_id)
  report "  its registration" "$from" "$(now)"
  from=$(now)
  download "$dataset"
  report "down" "$from" "$(now)"
  same
  printf '%s' "$(date +%s%N)" | dd of="$file" conv=notrunc status=none
  digest=$(sha256sum <"$file")
done

for service in gateway:$gateway_pid sharing:$sharing_pid; do
  name=${service%%:*} pid=${service##*:}
  limit=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 's/^-Xmx//p')
  printf '%-10s heap at most %4d MiB of %s, resident at most %4d MiB\n' "$name" \
    "$(most_heap "$name")" "$limit" $(($(awk '/VmHWM/ { print $2 }' "/proc/$pid/status") / 1024))
done
