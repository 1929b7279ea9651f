{{/* The platform's own broker for devices: HiveMQ CE with access rules that ask online-learning-service. */}}
{{- define "mlaas.server.mqtt" -}}
uid: {{ .Values.pods.runAsUser }}
ports: {mqtt: 1883}
open: true
callers: []
files:
  operator.properties: |
    name=${MLAAS_MQTT_OPERATOR_NAME}
    password=${MLAAS_MQTT_OPERATOR_PASSWORD}
    devices.url=http://{{ include "mlaas.name" (dict "root" . "part" "online-learning") }}:18105/internal/devices/authenticate
    devices.token-url={{ include "mlaas.identityUri" (dict "root" . "given" .Values.identity.tokenUri "path" "token") }}
    devices.client-id=mqtt-broker
    devices.client-secret=${MLAAS_MQTT_DEVICES_CLIENTSECRET}
container:
  env:
    - {name: JAVA_TOOL_OPTIONS, value: -Xmx{{ .Values.mqtt.heapMegabytes }}m}
    - {name: MLAAS_MQTT_ADDRESS, value: 0.0.0.0}
    - name: MLAAS_MQTT_DEVICES_CLIENTSECRET
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.clients" . }}, key: mqtt-broker}}
    - name: MLAAS_MQTT_OPERATOR_NAME
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.mqtt" . }}, key: user-name}}
    - name: MLAAS_MQTT_OPERATOR_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.mqtt" . }}, key: password}}
  startupProbe:
    tcpSocket: {port: mqtt}
    periodSeconds: 5
    failureThreshold: 60
  readinessProbe:
    tcpSocket: {port: mqtt}
    periodSeconds: 10
  livenessProbe:
    tcpSocket: {port: mqtt}
    periodSeconds: 20
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: files, mountPath: /etc/mlaas, readOnly: true}
    - {name: tmp, mountPath: /tmp}
{{- end -}}

{{/* The platform's own S3 server: a bucket and a key per company, made by model-sharing-service. */}}
{{- define "mlaas.server.s3" -}}
uid: {{ .Values.pods.runAsUser }}
ports: {s3: 9000}
callers: [model-sharing]
container:
  env:
    - {name: JAVA_TOOL_OPTIONS, value: -Xmx{{ .Values.s3.heapMegabytes }}m}
    - {name: MLAAS_S3_ADDRESS, value: 0.0.0.0}
    - name: MLAAS_S3_ADMIN_ACCESS_KEY
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.s3" . }}, key: access-key}}
    - name: MLAAS_S3_ADMIN_SECRET_KEY
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.s3" . }}, key: secret-key}}
  startupProbe:
    tcpSocket: {port: s3}
    periodSeconds: 5
    failureThreshold: 60
  readinessProbe:
    tcpSocket: {port: s3}
    periodSeconds: 10
  livenessProbe:
    tcpSocket: {port: s3}
    periodSeconds: 20
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: tmp, mountPath: /tmp}
{{- end -}}

{{/* Besu with QBFT and one validator, whose key and genesis block are made at the first start. */}}
{{- define "mlaas.server.evm" -}}
{{- $genesis := dict "config" (dict "chainId" (int64 .Values.evm.chainId) "londonBlock" 0 "zeroBaseFee" true
      "qbft" (dict "blockperiodseconds" (int64 .Values.evm.blockPeriodSeconds) "epochlength" 30000 "requesttimeoutseconds" (mul 2 (int64 .Values.evm.blockPeriodSeconds))))
    "nonce" "0x0" "timestamp" "0x0" "gasLimit" "0x1fffffffffffff" "difficulty" "0x1"
    "mixHash" "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
    "coinbase" "0x0000000000000000000000000000000000000000" "alloc" dict -}}
uid: 1000
ports: {rpc: 8545}
callers: [blockchain]
files:
  network.json: {{ dict "genesis" $genesis "blockchain" (dict "nodes" (dict "generate" true "count" 1)) | toPrettyJson | quote }}
  prepare.sh: |
    set -eu
    # Whole or not at all: made beside, then renamed.
    if [ ! -d /data/network ]; then
      rm -rf /data/network.new
      besu operator generate-blockchain-config --config-file=/etc/besu-mlaas/network.json --to=/data/network.new --private-key-file-name=key
      mv /data/network.new/keys/*/key /data/network.new/key
      mv /data/network.new /data/network
    fi
init:
  command: [bash, /etc/besu-mlaas/prepare.sh]
  env:
    - {name: JAVA_OPTS, value: -Xmx256m}
  volumeMounts: &mounts
    - {name: data, mountPath: /data}
    - {name: files, mountPath: /etc/besu-mlaas, readOnly: true}
    - {name: tmp, mountPath: /tmp}
container:
  args:
    - --data-path=/data/besu
    - --genesis-file=/data/network/genesis.json
    - --node-private-key-file=/data/network/key
    - --rpc-http-enabled=true
    - --rpc-http-host=0.0.0.0
    - --rpc-http-port=8545
    - --rpc-http-api=ETH,NET,WEB3,QBFT
    - --host-allowlist=*
    - --min-gas-price=0
    - --p2p-enabled=false
    - --profile=ENTERPRISE
    - --logging=INFO
  env:
    - {name: JAVA_OPTS, value: -Xmx{{ .Values.evm.heapMegabytes }}m -Djava.io.tmpdir=/tmp}
    - {name: HOME, value: /tmp}
  startupProbe:
    httpGet: {path: /liveness, port: rpc}
    periodSeconds: 5
    timeoutSeconds: 5
    failureThreshold: 60
  readinessProbe:
    httpGet: {path: "/readiness?minPeers=0", port: rpc}
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    httpGet: {path: /liveness, port: rpc}
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  volumeMounts: *mounts
{{- end -}}
