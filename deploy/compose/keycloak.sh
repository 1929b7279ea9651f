#!/usr/bin/env bash
# Keycloak takes secrets from its environment only; the realm file names the variables of its clients.
set -euo pipefail

read_secret() { # VARIABLE FILE
  export "$1=$(</run/secrets/"$2")"
}

read_secret KC_DB_PASSWORD postgres-keycloak
read_secret KC_BOOTSTRAP_ADMIN_PASSWORD keycloak-bootstrap
for file in /run/secrets/client-*; do
  client=${file##*/client-}
  variable=${client^^}
  read_secret "MLAAS_CLIENT_SECRET_${variable//-/_}" "client-$client"
done
exec /opt/keycloak/bin/kc.sh start --import-realm
