#!/usr/bin/env bash
# Makes the passwords and keys of docker-compose.yml that are missing, in deploy/compose/secrets. Losing the two master keys
# loses what they seal.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${MLAAS_COMPOSE_SECRETS:-$home/deploy/compose/secrets}

# Containers read the files as other users; nobody else gets into the folder.
umask 022
mkdir -p "$folder"
chmod 700 "$folder"

password() { # NAME
  [ -s "$folder/$1" ] || openssl rand -base64 48 | tr -d '\n/+=' | cut -c 1-40 | tr -d '\n' >"$folder/$1"
}

key() { # NAME
  [ -s "$folder/$1" ] || openssl rand -base64 32 >"$folder/$1"
}

sed -n 's:^  \([a-z0-9.-]*\)\: {file\: ./deploy/compose/secrets/.*:\1:p' "$home/docker-compose.yml" | while read -r name; do
  case $name in
    *-master) key "$name" ;;
    mqtt-operator.properties) ;;
    *) password "$name" ;;
  esac
done

# The broker's own file: the platform's account, and whom it asks about everybody else's.
cat >"$folder/mqtt-operator.properties" <<TEXT
name=mlaas-operator
password=$(<"$folder/mqtt-operator")
devices.url=http://online-learning-service:18105/internal/devices/authenticate
devices.token-url=http://keycloak:8080/realms/mlaas/protocol/openid-connect/token
devices.client-id=mqtt-broker
devices.client-secret=$(<"$folder/client-mqtt-broker")
TEXT
