{{/*
The realm of the local stack as a real one: no users and companies but the services' own, TLS towards clients that are outside,
pages for the platform's address only. Secrets stay variables; Keycloak puts them in when it imports.
*/}}
{{- define "mlaas.realm" -}}
{{- $realm := .Files.Get "files/mlaas-realm.json" | fromJson -}}
{{- if not .Values.keycloak.demoUsers -}}
{{- $users := list -}}
{{- range $realm.users }}{{ if .serviceAccountClientId }}{{ $users = append $users . }}{{ end }}{{ end -}}
{{- $groups := list -}}
{{- range $realm.groups }}{{ if eq .name "platform" }}{{ $groups = append $groups . }}{{ end }}{{ end -}}
{{- $_ := set $realm "users" $users -}}
{{- $_ := set $realm "groups" $groups -}}
{{- $_ := set $realm "displayName" "mlaas" -}}
{{- end -}}
{{- $_ := set $realm "sslRequired" (ternary "external" "none" (and .Values.ingress.enabled .Values.ingress.tls.enabled)) -}}
{{- $clients := list -}}
{{- range $client := $realm.clients -}}
{{- if eq $client.clientId "mlaas-console" -}}
{{- if $.Values.ingress.enabled -}}
{{- $_ := set $client "redirectUris" (list (printf "%s/*" (include "mlaas.publicUrl" $))) -}}
{{- $_ := set $client "webOrigins" (list (include "mlaas.publicUrl" $)) -}}
{{- end -}}
{{- end -}}
{{- $clients = append $clients $client -}}
{{- end -}}
{{- $_ := set $realm "clients" $clients -}}
{{- toPrettyJson $realm -}}
{{- end -}}

{{- define "mlaas.server.keycloak" -}}
uid: 1000
ports: {http: 8080, management: 9000}
callers: [gateway, model-sharing, blockchain, training, translation, online-learning, monitoring, ppfl, mqtt, realm, ingress]
files:
  mlaas-realm.json: {{ include "mlaas.realm" . | quote }}
# A configured server is written into its own folder, which is read-only: a copy of that in its place.
init:
  command: [sh, -c, "cp -a /opt/keycloak/lib/quarkus/. /built/"]
  volumeMounts:
    - {name: built, mountPath: /built}
container:
  args: [start, --import-realm]
  env:
    - {name: KC_DB, value: postgres}
    - {name: KC_DB_URL, value: "jdbc:postgresql://{{ include "mlaas.postgres.host" . }}:{{ include "mlaas.postgres.port" . }}/keycloak"}
    - {name: KC_DB_USERNAME, value: keycloak}
    - name: KC_DB_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.postgres" . }}, key: keycloak}}
    - {name: KC_HOSTNAME, value: {{ include "mlaas.keycloak.url" . | quote }}}
    - {name: KC_HOSTNAME_BACKCHANNEL_DYNAMIC, value: "true"}
    - {name: KC_HTTP_ENABLED, value: "true"}
    - {name: KC_HEALTH_ENABLED, value: "true"}
    - {name: KC_METRICS_ENABLED, value: "true"}
    - {name: KC_CACHE, value: local}
    {{- if .Values.ingress.enabled }}
    - {name: KC_PROXY_HEADERS, value: xforwarded}
    {{- end }}
    - {name: JAVA_OPTS_KC_HEAP, value: -Xms64m -Xmx{{ .Values.keycloak.heapMegabytes }}m}
    - name: KC_BOOTSTRAP_ADMIN_USERNAME
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.keycloak" . }}, key: user-name}}
    - name: KC_BOOTSTRAP_ADMIN_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.keycloak" . }}, key: password}}
    {{- range splitList " " (include "mlaas.clients" .) }}
    - name: MLAAS_CLIENT_SECRET_{{ . | upper | replace "-" "_" }}
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.clients" $ }}, key: {{ . }}}}
    {{- end }}
  startupProbe:
    httpGet: {path: /health/started, port: management}
    periodSeconds: 5
    timeoutSeconds: 5
    failureThreshold: 120
  readinessProbe:
    httpGet: {path: /health/ready, port: management}
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    httpGet: {path: /health/live, port: management}
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  volumeMounts:
    - {name: built, mountPath: /opt/keycloak/lib/quarkus}
    - {name: data, mountPath: /opt/keycloak/data}
    - {name: files, mountPath: /opt/keycloak/data/import, readOnly: true}
    - {name: tmp, mountPath: /tmp}
volumes:
  - name: built
    emptyDir: {sizeLimit: 512Mi}
{{- end -}}
