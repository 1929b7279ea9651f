#!/usr/bin/env bash
# The network is made at the first start, whole or not at all: made beside, then renamed.
set -euo pipefail
data=/var/lib/besu
if [ ! -d "$data/network" ]; then
  rm -rf "$data/network.new"
  besu operator generate-blockchain-config --config-file=/etc/besu-mlaas/network.json --to="$data/network.new" --private-key-file-name=key
  mv "$data"/network.new/keys/*/key "$data/network.new/key"
  mv "$data/network.new" "$data/network"
fi
exec besu --data-path="$data/chain" --genesis-file="$data/network/genesis.json" --node-private-key-file="$data/network/key" \
  --rpc-http-enabled=true --rpc-http-host=0.0.0.0 --rpc-http-port=8545 --rpc-http-api=ETH,NET,WEB3,QBFT \
  '--host-allowlist=*' --min-gas-price=0 --p2p-enabled=false --profile=ENTERPRISE --logging=INFO
