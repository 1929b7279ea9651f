{{/* What every object is called, and labelled with. */}}

{{- define "mlaas.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Of one part: dict root, part. */}}
{{- define "mlaas.name" -}}
{{ include "mlaas.fullname" .root }}-{{ .part }}
{{- end -}}

{{- define "mlaas.selector" -}}
app.kubernetes.io/name: mlaas
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end -}}

{{- define "mlaas.labels" -}}
{{ include "mlaas.selector" . }}
app.kubernetes.io/part-of: mlaas
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Of a server that is not the platform's own: dict image. */}}
{{- define "mlaas.image" -}}
{{- if .digest -}}
{{ .registry }}/{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .registry }}/{{ .repository }}:{{ .tag }}
{{- end -}}
{{- end -}}

{{/* Of the platform: dict root, module, digest. */}}
{{- define "mlaas.ownImage" -}}
{{- $image := .root.Values.image -}}
{{- if .digest -}}
{{ $image.registry }}/{{ $image.prefix }}{{ .module }}@{{ .digest }}
{{- else -}}
{{ $image.registry }}/{{ $image.prefix }}{{ .module }}:{{ default .root.Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{- define "mlaas.jobsNamespace" -}}
{{ default (printf "%s-jobs" .Release.Namespace) .Values.training.kubernetes.namespace }}
{{- end -}}

{{/* Names of secrets: an existing one, or the one that this chart makes (or expects, with secrets.create=false). */}}
{{- define "mlaas.secret.clients" -}}{{ default (include "mlaas.name" (dict "root" . "part" "clients")) .Values.identity.existingSecret }}{{- end -}}
{{- define "mlaas.secret.keys" -}}{{ default (include "mlaas.name" (dict "root" . "part" "keys")) .Values.keys.existingSecret }}{{- end -}}
{{- define "mlaas.secret.postgres" -}}{{ default (include "mlaas.name" (dict "root" . "part" "postgres")) .Values.postgres.existingSecret }}{{- end -}}
{{- define "mlaas.secret.mqtt" -}}{{ default (include "mlaas.name" (dict "root" . "part" "mqtt")) .Values.mqtt.existingSecret }}{{- end -}}
{{- define "mlaas.secret.s3" -}}{{ default (include "mlaas.name" (dict "root" . "part" "s3")) .Values.s3.existingSecret }}{{- end -}}
{{- define "mlaas.secret.keycloak" -}}{{ default (include "mlaas.name" (dict "root" . "part" "keycloak")) .Values.keycloak.existingSecret }}{{- end -}}
{{- define "mlaas.secret.grafana" -}}{{ default (include "mlaas.name" (dict "root" . "part" "grafana")) .Values.grafana.existingSecret }}{{- end -}}
