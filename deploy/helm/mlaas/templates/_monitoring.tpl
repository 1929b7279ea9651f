{{- define "mlaas.server.prometheus" -}}
uid: 65534
token: true
outside: true
ports: {http: 9090}
callers: [grafana, metrics]
files:
  mlaas.rules.yml: {{ .Files.Get "files/mlaas.rules.yml" | quote }}
  prometheus.yml: |
    global: {scrape_interval: {{ .Values.prometheus.serviceMonitors.interval }}, evaluation_interval: 15s}
    rule_files: [/etc/prometheus-mlaas/mlaas.rules.yml]
    scrape_configs:
      - job_name: mlaas
        metrics_path: /actuator/prometheus
        kubernetes_sd_configs:
          - role: pod
            namespaces: {own_namespace: true}
        relabel_configs:
          - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_instance], regex: {{ .Release.Name }}, action: keep}
          - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component, __meta_kubernetes_pod_container_port_name], separator: "/", regex: "{{ include "mlaas.scrapeTargets" . }}", action: keep}
          - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component], target_label: job, replacement: $1-service}
          - {source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component], regex: ppfl, target_label: job, replacement: ppfl-api}
          - {source_labels: [__meta_kubernetes_pod_name], target_label: instance}
container:
  args:
    - --config.file=/etc/prometheus-mlaas/prometheus.yml
    - --storage.tsdb.path=/data
    - --storage.tsdb.retention.time={{ .Values.prometheus.retention }}
  startupProbe:
    httpGet: {path: /-/ready, port: http}
    periodSeconds: 5
    failureThreshold: 120
  readinessProbe:
    httpGet: {path: /-/ready, port: http}
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    httpGet: {path: /-/healthy, port: http}
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: files, mountPath: /etc/prometheus-mlaas, readOnly: true}
    - {name: tmp, mountPath: /tmp}
{{- end -}}

{{/* component/port of every service's metrics, as a regular expression */}}
{{- define "mlaas.scrapeTargets" -}}
{{- $targets := list -}}
{{- range $name, $service := include "mlaas.catalog" . | fromYaml -}}
{{- $targets = append $targets (printf "%s/%s" $name (ternary "management" "http" (hasKey $service "management"))) -}}
{{- end -}}
{{- $targets | sortAlpha | join "|" -}}
{{- end -}}

{{- define "mlaas.server.grafana" -}}
uid: 472
ports: {http: 3000}
callers: [ingress]
files:
  datasource.yml: |
    apiVersion: 1
    datasources:
      - {name: Prometheus, uid: mlaas-prometheus, type: prometheus, access: proxy, url: "{{ include "mlaas.prometheus.url" . }}", isDefault: true, editable: false}
  dashboards.yml: |
    apiVersion: 1
    providers:
      - {name: mlaas, folder: mlaas, type: file, allowUiUpdates: false, options: {path: /dashboards}}
container:
  env:
    - {name: GF_ANALYTICS_REPORTING_ENABLED, value: "false"}
    - {name: GF_ANALYTICS_CHECK_FOR_UPDATES, value: "false"}
    - {name: GF_PATHS_DATA, value: /data}
    - {name: GF_PATHS_PLUGINS, value: /data/plugins}
    - {name: GF_PATHS_LOGS, value: /tmp}
    - name: GF_SECURITY_ADMIN_USER
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.grafana" . }}, key: user-name}}
    - name: GF_SECURITY_ADMIN_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.grafana" . }}, key: password}}
  startupProbe:
    httpGet: {path: /api/health, port: http}
    periodSeconds: 5
    failureThreshold: 60
  readinessProbe:
    httpGet: {path: /api/health, port: http}
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    httpGet: {path: /api/health, port: http}
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /data}
    - {name: tmp, mountPath: /tmp}
    - {name: files, mountPath: /etc/grafana/provisioning/datasources/mlaas.yml, subPath: datasource.yml, readOnly: true}
    - {name: files, mountPath: /etc/grafana/provisioning/dashboards/mlaas.yml, subPath: dashboards.yml, readOnly: true}
    {{- range $path, $_ := .Files.Glob "files/dashboards/*.json" }}
    - {name: {{ base $path | trimSuffix ".json" }}, mountPath: /dashboards/{{ base $path }}, subPath: {{ base $path }}, readOnly: true}
    {{- end }}
volumes:
  {{- range $path, $_ := .Files.Glob "files/dashboards/*.json" }}
  - name: {{ base $path | trimSuffix ".json" }}
    configMap: {name: {{ include "mlaas.name" (dict "root" $ "part" (printf "dashboard-%s" (base $path | trimSuffix ".json"))) }}, defaultMode: 0444}
  {{- end }}
{{- end -}}
