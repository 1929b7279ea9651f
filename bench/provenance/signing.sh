#!/usr/bin/env bash
# Signing and verifying large models beside the disk, sha256sum and OpenSSF's model_signing: bench/provenance/signing.sh [--help]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
work=${MLAAS_BENCH_FOLDER:-$home/.mlaas/bench/provenance}

if [ $# -eq 0 ] || [ "$1" = --help ] || [ "$1" = -h ]; then
  cat <<'TEXT'
bench/provenance/signing.sh GIGABYTES…

For each size a directory with one file of random bytes. In one run, in turns, whole processes with their start:
reading the file (dd), sha256sum, openssl, model_signing and mlaas. "cold": the file is not in memory; "warm": it is. Prints
seconds (of the best round), how often the slower of reading and openssl's hash that is, and the processors' seconds.
The start of Java is in them, with all of a small model: see the row "a byte".

MLAAS_BENCH_FOLDER     where the files are made (.mlaas/bench/provenance); deleted afterwards
MLAAS_BENCH_ROUNDS     2
MLAAS_BENCH_CACHES     "cold warm"
MLAAS_BENCH_REFERENCE  a folder with model_signing; otherwise it is installed with python3
TEXT
  [ $# -eq 0 ] && exit 2 || exit 0
fi

for jdk in "${MLAAS_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/jdk*; do
  grep -qs '^JAVA_VERSION="\(2[5-9]\|[3-9][0-9]\)' "$jdk/release" && break
done
module=$home/provenance/target
if [ ! -d "$module/test-classes" ]; then
  (cd "$home" && JAVA_HOME=$jdk "${MLAAS_MAVEN:-mvn}" -B -q -Dquick -pl provenance test-compile)
fi
libraries=$(find "${MLAAS_M2:-$HOME/.m2/repository}" \( -name 'jackson-core-3*.jar' -o -name 'jackson-databind-3*.jar' \
  -o -name 'jackson-annotations-*.jar' -o -name 'jspecify-*.jar' \) ! -name '*-sources.jar' -printf '%p:')
mkdir -p "$work"
reference=${MLAAS_BENCH_REFERENCE:-$work/venv/bin}
if [ ! -x "$reference/model_signing" ]; then
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check model-signing==1.1.1 pyopenssl==26.4.0
fi
trap 'rm -rf "$work/model" "$work/byte"' EXIT

# As in the images: jars, and the classes' state as it was after a first run (JEP 514).
"$jdk/bin/jar" cf "$work/mlaas.jar" -C "$module/classes" . -C "$module/test-classes" .
java() { "$jdk/bin/java" -Xmx64m -XX:+UseSerialGC "$1" -cp "$work/mlaas.jar:$libraries" io.mlaas.provenance.signing.SigningSpeed "${@:2}"; }
mlaas() { java "-XX:AOTCache=$work/mlaas.aot" "$@"; }
key=$work/key
openssl ecparam -name prime256v1 -genkey -noout -out "$key" 2> "$work/openssl.log"
openssl ec -in "$key" -pubout -out "$key.pub" 2>> "$work/openssl.log"
file=$work/model/weights.bin
rounds=${MLAAS_BENCH_ROUNDS:-2}
mkdir -p "$work/byte"
printf x > "$work/byte/weights.bin"
java "-XX:AOTCacheOutput=$work/mlaas.aot" sign "$work/byte" "$work/byte.sig" "$work/byte.pub" > "$work/output" 2>&1

# Prints the seconds of the best round, and the processors' seconds in it.
seconds() {
  local cache=$1 best=
  local TIMEFORMAT='%R %U %S'
  shift
  for _ in $(seq "$rounds"); do
    if [ "$cache" = cold ]; then dd of="$file" oflag=nocache conv=notrunc,fdatasync count=0 status=none < /dev/null
    else cat "$file" > /dev/null; fi
    { time "$@" > "$work/output" 2>&1; } 2> "$work/time" || { cat "$work/output" >&2; return 1; }
    best=$( { [ -z "$best" ] || echo "$best"; awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }' "$work/time"; } | sort -g | head -1)
  done
  echo "$best"
}

measure() {
  local cache=$1
  local read hash floor
  read=$(seconds "$cache" dd if="$file" of=/dev/null bs=1M)
  hash=$(seconds "$cache" openssl dgst -sha256 "$file")
  floor=$(printf '%s\n%s\n' "$read" "$hash" | sort -g | tail -1)
  floor=${floor% *}
  row() { awk -v name="$1" -v s="${2% *}" -v cpu="${2#* }" -v floor="$floor" 'BEGIN { printf "  %-36s %8s s %5.2f %10s s\n", name, s, s / floor, cpu }'; }
  printf '  %-36s %10s %5s %12s\n' "$cache" time ratio processors
  row "read (dd)" "$read"
  row "openssl dgst -sha256" "$hash"
  row "sha256sum" "$(seconds "$cache" sha256sum "$file")"
  row "model_signing sign key" "$(seconds "$cache" "$reference/model_signing" sign key "$work/model" --signature "$work/reference.sig" --private_key "$key")"
  row "model_signing verify key" "$(seconds "$cache" "$reference/model_signing" verify key "$work/model" --signature "$work/reference.sig" --public_key "$key.pub")"
  row "mlaas sign, a byte" "$(seconds "$cache" mlaas sign "$work/byte" "$work/byte.sig" "$work/byte.pub")"
  row "mlaas sign, files" "$(seconds "$cache" mlaas sign "$work/model" "$work/files.sig" "$work/files.pub")"
  row "mlaas verify, files" "$(seconds "$cache" mlaas verify "$work/model" "$work/files.sig" "$work/files.pub")"
  row "mlaas sign, shards of 250 MB" "$(seconds "$cache" mlaas sign "$work/model" "$work/shards.sig" "$work/shards.pub" 250000000)"
  row "mlaas verify, shards of 250 MB" "$(seconds "$cache" mlaas verify "$work/model" "$work/shards.sig" "$work/shards.pub")"
}

grep -m1 'model name' /proc/cpuinfo || true
printf 'processors\t: %s, load %s\n' "$(nproc)" "$(cut -d' ' -f1-3 /proc/loadavg)"
for size in "$@"; do
  rm -rf "$work/model"
  mkdir -p "$work/model"
  bytes=$((size * 1000000000))
  openssl enc -aes-128-ctr -nosalt -pass pass:bench -in /dev/zero 2>> "$work/openssl.log" | head -c "$bytes" > "$file" || true
  [ "$(stat -c %s "$file")" = "$bytes" ] || { echo "$file: not enough room for $size GB" >&2; exit 1; }
  sync "$file"
  echo "== $size GB"
  for cache in ${MLAAS_BENCH_CACHES:-cold warm}; do measure "$cache"; done
  # What is timed is right: the reference takes what mlaas signed.
  "$reference/model_signing" verify key "$work/model" --signature "$work/files.sig" --public_key "$work/files.pub"
done
printf 'load after\t: %s\n' "$(cut -d' ' -f1-3 /proc/loadavg)"
