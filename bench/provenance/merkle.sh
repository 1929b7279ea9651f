#!/bin/bash
# A Merkle tree of many digests: time to build, memory, size of a proof, time to make and to verify one; then the gas that
# an asset costs, from contracts/gas.json.
#   bench/provenance/merkle.sh [LEAVES=1000000] [ROUNDS=5]
set -euo pipefail
cd "$(dirname "$0")/../.."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jackson=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/tools/jackson/core" -name 'jackson-*.jar' ! -name '*sources*' | sort | tr '\n' ':')
annotations=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/com/fasterxml/jackson/core/jackson-annotations" -name '*.jar' | sort | tail -1)
"$java" -Xmx512m -cp "provenance/target/classes:$jackson$annotations" bench/provenance/Merkle.java "${1:-1000000}" "${2:-5}"

gas() { sed -n "s/^  \"$1\": \([0-9]*\),*$/\1/p" contracts/gas.json; }
echo
printf '%-44s %12s\n' "one asset" "gas"
printf '%-44s %12s\n' "contract of its own (first generation)" "$(gas 'first generation: register a dataset')"
printf '%-44s %12s\n' "contract of its own" "$(gas 'register a dataset')"
printf '%-44s %12s\n' "contract of its own, 100 in a transaction" "$(($(gas 'register 100 datasets at once') / 100))"
printf '%-44s %12s\n' "digest under a root, 10,000 in a transaction" \
    "$(awk "BEGIN { printf \"%.1f\", $(gas 'anchor a batch of 10000 digests') / 10000 }")"
