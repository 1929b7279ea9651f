{{/* What a service is configured with: dict root, name, service (of the catalog), settings (of the values). */}}

{{/* Everything but secrets: the data of its ConfigMap. */}}
{{- define "mlaas.environment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $environment := dict
  "SERVER_ADDRESS" "0.0.0.0"
  "SERVER_PORT" .service.port
  "SPRING_KAFKA_BOOTSTRAP_SERVERS" (include "mlaas.kafka.servers" $root)
  "MLAAS_SECURITY_ISSUER" (include "mlaas.issuer" $root)
  "MLAAS_SECURITY_JWKSETURI" (include "mlaas.identityUri" (dict "root" $root "given" $values.identity.jwkSetUri "path" "certs"))
  "MLAAS_SECURITY_TOKENURI" (include "mlaas.identityUri" (dict "root" $root "given" $values.identity.tokenUri "path" "token"))
  "MLAAS_AUDIT_GATEWAYS" (join "," $values.network.podCidrs)
  "LOGGING_STRUCTURED_FORMAT_CONSOLE" "ecs"
  "JAVA_TOOL_OPTIONS" (include "mlaas.jvm" .settings)
-}}
{{- range $name, $other := include "mlaas.catalog" $root | fromYaml -}}
{{- if ne $name "gateway" -}}
{{- $_ := set $environment (printf "MLAAS_SERVICES_%s" ($name | replace "-" "" | upper)) (printf "http://%s:%v" (include "mlaas.name" (dict "root" $root "part" $name)) $other.port) -}}
{{- end -}}
{{- end -}}
{{- if not $values.kafka.bundled -}}
{{- $_ := set $environment "SPRING_KAFKA_SECURITY_PROTOCOL" $values.kafka.external.securityProtocol -}}
{{- if $values.kafka.external.saslMechanism -}}
{{- $_ := set $environment "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM" $values.kafka.external.saslMechanism -}}
{{- end -}}
{{- end -}}
{{- if .service.database -}}
{{- $_ := set $environment "SPRING_DATASOURCE_URL" (include "mlaas.postgres.jdbc" (dict "root" $root "schema" .service.database)) -}}
{{- $_ := set $environment "SPRING_DATASOURCE_USERNAME" .service.database -}}
{{- end -}}
{{- $own := include (printf "mlaas.environment.%s" .name) $root | fromYaml -}}
{{- if hasKey $own "Error" }}{{ fail $own.Error }}{{ end -}}
{{- $environment = merge (deepCopy (default dict .settings.env)) $own $environment -}}
{{- range $name, $value := $environment }}
{{ $name }}: {{ if kindIs "float64" $value }}{{ int64 $value | toString | quote }}{{ else }}{{ $value | toString | quote }}{{ end }}
{{- end }}
{{- end -}}

{{/* Heap and what the JVM takes beside it; 48 MB are left for threads' stacks and the collector. */}}
{{- define "mlaas.jvm" -}}
-Xms64m -Xmx{{ .heapMegabytes }}m -XX:MaxMetaspaceSize=160m -XX:ReservedCodeCacheSize=64m -XX:MaxDirectMemorySize=64m
{{- end -}}

{{- define "mlaas.environment.gateway" -}}
MANAGEMENT_SERVER_PORT: 8081
{{- if .Values.ingress.enabled }}
SERVER_FORWARDHEADERSSTRATEGY: native
{{- end }}
{{- end -}}

{{- define "mlaas.environment.model-sharing" -}}
MLAAS_SHARING_S3_ENDPOINT: {{ include "mlaas.s3.endpoint" . }}
MLAAS_SHARING_S3_REGION: {{ .Values.s3.region }}
MLAAS_SHARING_S3_PROVISIONER: {{ ternary "local" "configured" .Values.s3.bundled }}
MLAAS_SHARING_MASTERKEYFILE: /etc/mlaas/keys/sharing-master
{{- if not .Values.s3.bundled }}
SPRING_CONFIG_ADDITIONALLOCATION: file:/etc/mlaas/companies/
{{- end }}
{{- end -}}

{{- define "mlaas.environment.blockchain" -}}
MLAAS_BLOCKCHAIN_RPCURL: {{ include "mlaas.evm.url" . }}
MLAAS_BLOCKCHAIN_CHAINID: {{ .Values.evm.chainId }}
MLAAS_BLOCKCHAIN_CONFIRMATIONS: {{ .Values.evm.confirmations }}
MLAAS_BLOCKCHAIN_MASTERKEYFILE: /etc/mlaas/keys/blockchain-master
{{- with .Values.evm.genesisHash }}
MLAAS_BLOCKCHAIN_GENESISHASH: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "mlaas.environment.training" -}}
MLAAS_TRAINING_WORKDIRECTORY: /data/work
{{- with .Values.training.kubernetes }}
{{- if .enabled }}
MLAAS_TRAINING_KUBERNETES_ENABLED: "true"
MLAAS_TRAINING_KUBERNETES_NAMESPACE: {{ include "mlaas.jobsNamespace" $ }}
MLAAS_TRAINING_KUBERNETES_REGISTRYURL: http://{{ include "mlaas.name" (dict "root" $ "part" "model-sharing") }}.{{ $.Release.Namespace }}.svc:18101
MLAAS_TRAINING_KUBERNETES_AGENTIMAGE: {{ include "mlaas.ownImage" (dict "root" $ "module" "training-service" "digest" (index $.Values.services "training").digest) }}
MLAAS_TRAINING_KUBERNETES_AGENTCOMMAND: java,-cp,/app/application.jar:/app/lib/*,io.mlaas.training.agent.Agent
MLAAS_TRAINING_KUBERNETES_SHAREDACCESSMODE: {{ .sharedAccessMode }}
{{- with .storageClass }}
MLAAS_TRAINING_KUBERNETES_STORAGECLASS: {{ . }}
{{- end }}
{{- with $.Values.image.pullSecrets }}
MLAAS_TRAINING_KUBERNETES_PULLSECRETS: {{ join "," . }}
{{- end }}
{{- with .allowedImages }}
MLAAS_TRAINING_KUBERNETES_IMAGES_ALLOWED: {{ join "," . }}
{{- end }}
{{- range $i, $alias := .aliases }}
MLAAS_TRAINING_KUBERNETES_IMAGES_ALIASES_{{ $i }}_REFERENCE: {{ $alias.reference }}
MLAAS_TRAINING_KUBERNETES_IMAGES_ALIASES_{{ $i }}_IMAGE: {{ $alias.image }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "mlaas.environment.translation" -}}
MLAAS_TRANSLATION_WORKDIRECTORY: /data/work
MLAAS_TRANSLATION_SIGNING_KEYFILE: /etc/mlaas/keys/translation-signing.pem
{{- end -}}

{{- define "mlaas.environment.online-learning" -}}
MLAAS_LEARNING_GRPC_PORT: 18155
MLAAS_LEARNING_LOG_REPLICAS: {{ .Values.kafka.replicas }}
MLAAS_LEARNING_EVENTS_REPLICAS: {{ .Values.kafka.replicas }}
MLAAS_LEARNING_STREAMS_REPLICAS: {{ .Values.kafka.replicas }}
{{- if .Values.mqtt.enabled }}
MLAAS_MQTT_URL: {{ include "mlaas.mqtt.url" . }}
{{- end }}
{{- end -}}

{{- define "mlaas.environment.monitoring" -}}
MLAAS_MONITORING_INTAKE_REPLICAS: {{ .Values.kafka.replicas }}
{{- end -}}

{{- define "mlaas.environment.ppfl" -}}
MLAAS_PPFL_MASTERKEYFILE: /etc/mlaas/keys/ppfl-master
MLAAS_PPFL_WATCH_PUBLICURL: {{ include "mlaas.publicUrl" . }}
MLAAS_PPFL_FEDERATION_ADDRESS: 0.0.0.0
MLAAS_PPFL_FEDERATION_PORT: 18117
MLAAS_PPFL_FEDERATION_PUBLICADDRESS: {{ default (printf "%s.%s.svc:18117" (include "mlaas.name" (dict "root" . "part" "ppfl-federation")) .Release.Namespace) .Values.ppfl.federation.publicAddress }}
{{- end -}}

{{/* Secrets, and what differs from pod to pod: a list of env. */}}
{{- define "mlaas.secretEnvironment" -}}
{{- $root := .root -}}
- name: MLAAS_SECURITY_CLIENTSECRET
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.clients" $root }}, key: {{ .service.module }}}}
{{- if .service.database }}
- name: SPRING_DATASOURCE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.postgres" $root }}, key: {{ .service.database }}}}
{{- end }}
{{- if and (not $root.Values.kafka.bundled) $root.Values.kafka.external.existingSecret }}
- name: SPRING_KAFKA_PROPERTIES_SASL_JAAS_CONFIG
  valueFrom: {secretKeyRef: {name: {{ $root.Values.kafka.external.existingSecret }}, key: sasl-jaas-config}}
{{- end }}
{{- if and (eq .name "model-sharing") $root.Values.s3.bundled }}
- name: MLAAS_SHARING_S3_ADMINACCESSKEY
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.s3" $root }}, key: access-key}}
- name: MLAAS_SHARING_S3_ADMINSECRETKEY
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.s3" $root }}, key: secret-key}}
{{- end }}
{{- if and (eq .name "online-learning") $root.Values.mqtt.enabled }}
- name: MLAAS_MQTT_USERNAME
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.mqtt" $root }}, key: user-name}}
- name: MLAAS_MQTT_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.mqtt" $root }}, key: password}}
{{- end }}
{{- if has .name (list "training" "translation") }}
- name: MLAAS_{{ upper .name }}_NODE
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
{{- end }}
{{- end -}}

{{/* Files of secrets that a service reads: dict name of the key in the secret of keys, or empty. */}}
{{- define "mlaas.keyFile" -}}
{{- get (dict "model-sharing" "sharing-master" "blockchain" "blockchain-master" "ppfl" "ppfl-master" "translation" "translation-signing.pem") .name -}}
{{- end -}}
