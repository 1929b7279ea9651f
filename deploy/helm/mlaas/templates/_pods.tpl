{{/* Pieces of every pod. */}}

{{/* dict uid, group (of files; default: uid) */}}
{{- define "mlaas.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .uid }}
runAsGroup: {{ .uid }}
fsGroup: {{ .uid }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "mlaas.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* dict root, part: where the pods of a part go. */}}
{{- define "mlaas.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.pods.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.pods.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.pods.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.pods.spreadBy }}
topologySpreadConstraints:
  {{- range .root.Values.pods.spreadBy }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "mlaas.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* dict root, part, storage: a claim for each pod. */}}
{{- define "mlaas.claim" -}}
- metadata:
    name: data
    labels: {{- include "mlaas.selector" . | nindent 6 }}
  spec:
    accessModes: [ReadWriteOnce]
    {{- with .storage.className }}
    storageClassName: {{ . }}
    {{- end }}
    resources: {requests: {storage: {{ .storage.size }}}}
{{- end -}}

{{/* What the pods of a part may reach: names, each other's parts, and where the values let them go. dict root, to, outside */}}
{{- define "mlaas.egress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: mlaas
          app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "mlaas.egress.outside" -}}
{{- with .Values.network.egressCidrs }}
- to:
    {{- range . }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
{{- end }}
{{- end -}}

{{/* Who may come in: dict root, callers (parts, or ingress, metrics, jobs), ports. */}}
{{- define "mlaas.ingressRule" -}}
- from:
    {{- range .callers }}
    {{- if eq . "ingress" }}
    {{- range $.root.Values.network.ingressNamespaces }}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ . }}}}
    {{- end }}
    {{- else if eq . "metrics" }}
    {{- range $.root.Values.network.monitoringNamespaces }}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ . }}}}
    {{- end }}
    - podSelector:
        matchLabels: {{- include "mlaas.selector" (dict "root" $.root "part" "prometheus") | nindent 10 }}
    {{- else if eq . "jobs" }}
    {{- if $.root.Values.training.kubernetes.enabled }}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: {{ include "mlaas.jobsNamespace" $.root }}}}
    {{- end }}
    {{- else }}
    - podSelector:
        matchLabels: {{- include "mlaas.selector" (dict "root" $.root "part" .) | nindent 10 }}
    {{- end }}
    {{- end }}
    - podSelector:
        matchLabels: {{- include "mlaas.selector" (dict "root" .root "part" "test") | nindent 10 }}
  ports:
    {{- range .ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end -}}
