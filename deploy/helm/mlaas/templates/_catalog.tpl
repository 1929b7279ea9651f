{{/*
What the services are: not for a user to choose.
  module        artifact, image, client at the identity provider, label job of metrics
  port          of HTTP, as in its application.yml; grpc: its second one
  management    a port of its own for health and metrics: the gateway's are closed where its clients are
  database      schema and role in PostgreSQL
  federation    where data owners come from outside, over mutual TLS: a Service of its own, past the gateway
  callers       who may connect to it, beside Prometheus
  stable        a name that outlives its pods is needed: a StatefulSet
*/}}
{{- define "mlaas.catalog" -}}
gateway: {module: gateway-service, port: 8080, management: 8081, callers: [ingress]}
model-sharing: {module: model-sharing-service, port: 18101, database: sharing, callers: [gateway, training, translation, online-learning, monitoring, ppfl, jobs]}
blockchain: {module: blockchain-service, port: 18102, database: blockchain, callers: [gateway, model-sharing, ppfl]}
training: {module: training-service, port: 18103, database: training, callers: [gateway, model-sharing, ppfl], stable: true}
translation: {module: translation-service, port: 18104, database: translation, callers: [gateway], stable: true}
online-learning: {module: online-learning-service, port: 18105, grpc: 18155, database: learning, callers: [gateway, monitoring, mqtt, ingress], stable: true}
monitoring: {module: monitoring-service, port: 18106, database: monitoring, callers: [gateway]}
ppfl: {module: ppfl-api, port: 18107, federation: 18117, database: ppfl, callers: [gateway], stable: true}
{{- end -}}

{{/* Roles in PostgreSQL, each the owner of the schema of its name. */}}
{{- define "mlaas.schemas" -}}
{{- $schemas := list -}}
{{- range $service := include "mlaas.catalog" . | fromYaml -}}
{{- if $service.database }}{{ $schemas = append $schemas $service.database }}{{ end -}}
{{- end -}}
{{- $schemas | sortAlpha | join " " -}}
{{- end -}}

{{/* Clients at the identity provider that have a secret. */}}
{{- define "mlaas.clients" -}}
{{- $clients := list "mqtt-broker" -}}
{{- range $service := include "mlaas.catalog" . | fromYaml }}{{ $clients = append $clients $service.module }}{{ end -}}
{{- $clients | sortAlpha | join " " -}}
{{- end -}}
