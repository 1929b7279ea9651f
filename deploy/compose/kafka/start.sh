#!/usr/bin/env bash
# One broker that is its own controller.
set -euo pipefail
configuration=/etc/kafka-mlaas/server.properties
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id bWxhYXMtY29tcG9zZS0wMQ --config "$configuration"
exec /opt/kafka/bin/kafka-server-start.sh "$configuration"
