{{/* Where everything is: bundled, or as the values say. */}}

{{- define "mlaas.postgres.host" -}}
{{- if .Values.postgres.bundled -}}
{{ include "mlaas.name" (dict "root" . "part" "postgres") }}
{{- else -}}
{{ required "postgres.external.host: none (expected: a host, as postgres.bundled is false)" .Values.postgres.external.host }}
{{- end -}}
{{- end -}}

{{- define "mlaas.postgres.port" -}}
{{ ternary 5432 .Values.postgres.external.port .Values.postgres.bundled }}
{{- end -}}

{{/* dict root, schema */}}
{{- define "mlaas.postgres.jdbc" -}}
{{- $parameters := ternary "" .root.Values.postgres.external.parameters .root.Values.postgres.bundled -}}
jdbc:postgresql://{{ include "mlaas.postgres.host" .root }}:{{ include "mlaas.postgres.port" .root }}/{{ .root.Values.postgres.database }}?currentSchema={{ .schema }}{{ if $parameters }}&{{ $parameters }}{{ end }}
{{- end -}}

{{- define "mlaas.kafka.servers" -}}
{{- if .Values.kafka.bundled -}}
{{ include "mlaas.name" (dict "root" . "part" "kafka") }}:9092
{{- else -}}
{{ required "kafka.external.bootstrapServers: none (expected: HOST:PORT,…, as kafka.bundled is false)" .Values.kafka.external.bootstrapServers }}
{{- end -}}
{{- end -}}

{{- define "mlaas.mqtt.url" -}}
{{- if .Values.mqtt.bundled -}}
tcp://{{ include "mlaas.name" (dict "root" . "part" "mqtt") }}:1883
{{- else -}}
{{ required "mqtt.external.url: none (expected: tcp://HOST:PORT or ssl://HOST:PORT, as mqtt.bundled is false)" .Values.mqtt.external.url }}
{{- end -}}
{{- end -}}

{{- define "mlaas.s3.endpoint" -}}
{{- if .Values.s3.bundled -}}
http://{{ include "mlaas.name" (dict "root" . "part" "s3") }}:9000
{{- else -}}
{{ required "s3.external.endpoint: none (expected: https://HOST, as s3.bundled is false)" .Values.s3.external.endpoint }}
{{- end -}}
{{- end -}}

{{- define "mlaas.evm.url" -}}
{{- if .Values.evm.bundled -}}
http://{{ include "mlaas.name" (dict "root" . "part" "evm") }}:8545
{{- else -}}
{{ required "evm.external.rpcUrl: none (expected: http://HOST:PORT, as evm.bundled is false)" .Values.evm.external.rpcUrl }}
{{- end -}}
{{- end -}}

{{/* Where browsers and devices find the platform; empty without an ingress. */}}
{{- define "mlaas.publicUrl" -}}
{{- if .Values.ingress.enabled -}}
{{ ternary "https" "http" .Values.ingress.tls.enabled }}://{{ .Values.ingress.host }}
{{- end -}}
{{- end -}}

{{- define "mlaas.keycloak.internal" -}}
http://{{ include "mlaas.name" (dict "root" . "part" "keycloak") }}:8080
{{- end -}}

{{/* As its clients see it: what iss of tokens begins with. */}}
{{- define "mlaas.keycloak.url" -}}
{{- if .Values.ingress.enabled -}}
{{ ternary "https" "http" .Values.ingress.tls.enabled }}://{{ .Values.ingress.identityHost }}
{{- else -}}
{{ include "mlaas.keycloak.internal" . }}
{{- end -}}
{{- end -}}

{{- define "mlaas.issuer" -}}
{{- if .Values.identity.issuer -}}
{{ .Values.identity.issuer }}
{{- else if .Values.keycloak.bundled -}}
{{ include "mlaas.keycloak.url" . }}/realms/mlaas
{{- else -}}
{{ fail "identity.issuer: none (expected: what iss of every token is, as keycloak.bundled is false)" }}
{{- end -}}
{{- end -}}

{{/* dict root, given, path: Keycloak's path, inside of the cluster where it is bundled. */}}
{{- define "mlaas.identityUri" -}}
{{- if .given -}}
{{ .given }}
{{- else if .root.Values.keycloak.bundled -}}
{{ include "mlaas.keycloak.internal" .root }}/realms/mlaas/protocol/openid-connect/{{ .path }}
{{- else -}}
{{ include "mlaas.issuer" .root }}/protocol/openid-connect/{{ .path }}
{{- end -}}
{{- end -}}

{{- define "mlaas.prometheus.url" -}}
{{- if .Values.prometheus.bundled -}}
http://{{ include "mlaas.name" (dict "root" . "part" "prometheus") }}:9090
{{- else -}}
{{ required "prometheus.externalUrl: none (expected: a URL, as grafana.bundled is true and prometheus.bundled is false)" .Values.prometheus.externalUrl }}
{{- end -}}
{{- end -}}
