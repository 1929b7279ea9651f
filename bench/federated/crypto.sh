#!/bin/bash
# Paillier's values per second on one core, and a round of secure aggregation: seconds and bytes, with and without dropouts.
#   bench/federated/crypto.sh paillier|secagg
set -euo pipefail
cd "$(dirname "$0")/../.."
java=$(bench/java.sh)
exec "$java" -Xmx3g -XX:+UseSerialGC -cp ml/federated/target/classes bench/federated/Crypto.java "${1:?paillier or secagg}"
