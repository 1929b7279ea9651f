{{/* One broker that is its own controller: for trials and small installations. */}}
{{- define "mlaas.server.kafka" -}}
{{- $host := include "mlaas.name" (dict "root" . "part" "kafka") -}}
uid: 1000
ports: {kafka: 9092}
callers: [model-sharing, blockchain, training, translation, online-learning, monitoring, ppfl, gateway]
files:
  server.properties: |
    process.roles=broker,controller
    node.id=1
    controller.quorum.voters=1@localhost:9093
    controller.listener.names=CONTROLLER
    listeners=CLIENTS://:9092,CONTROLLER://localhost:9093
    advertised.listeners=CLIENTS://{{ $host }}:9092
    inter.broker.listener.name=CLIENTS
    listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
    log.dirs=/data/log
    num.partitions=6
    offsets.topic.replication.factor=1
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    group.initial.rebalance.delay.ms=0
    auto.create.topics.enable=true
  start.sh: |
    set -eu
    /opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id "$CLUSTER_ID" --config /etc/kafka-mlaas/server.properties
    exec /opt/kafka/bin/kafka-server-start.sh /etc/kafka-mlaas/server.properties
container:
  command: [bash, /etc/kafka-mlaas/start.sh]
  env:
    # Of one installation: from its names, so that it never changes.
    - {name: CLUSTER_ID, value: {{ printf "%s/%s" .Release.Namespace $host | sha256sum | trunc 16 | b64enc | trunc 22 | quote }}}
    - {name: KAFKA_HEAP_OPTS, value: -Xmx{{ .Values.kafka.heapMegabytes }}m -Xms{{ .Values.kafka.heapMegabytes }}m}
    - {name: LOG_DIR, value: /tmp/logs}
  startupProbe:
    tcpSocket: {port: kafka}
    periodSeconds: 5
    failureThreshold: 60
  readinessProbe:
    tcpSocket: {port: kafka}
    periodSeconds: 10
  livenessProbe:
    tcpSocket: {port: kafka}
    periodSeconds: 20
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: files, mountPath: /etc/kafka-mlaas, readOnly: true}
    - {name: tmp, mountPath: /tmp}
{{- end -}}
