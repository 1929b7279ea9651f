{{- define "mlaas.server.postgres" -}}
uid: 999
ports: {postgres: 5432}
callers: [model-sharing, blockchain, training, translation, online-learning, monitoring, ppfl, keycloak, databases]
container:
  args: [-c, max_connections=300, -c, password_encryption=scram-sha-256]
  env:
    - {name: PGDATA, value: /var/lib/postgresql/data/cluster}
    - {name: POSTGRES_INITDB_ARGS, value: --auth=scram-sha-256 --encoding=UTF8 --locale=C --data-checksums}
    - name: POSTGRES_PASSWORD
      valueFrom: {secretKeyRef: {name: {{ include "mlaas.secret.postgres" . }}, key: postgres}}
  startupProbe:
    exec: {command: [pg_isready, -h, 127.0.0.1, -U, postgres]}
    periodSeconds: 5
    timeoutSeconds: 5
    failureThreshold: 60
  readinessProbe:
    exec: {command: [pg_isready, -h, 127.0.0.1, -U, postgres]}
    periodSeconds: 10
    timeoutSeconds: 5
  livenessProbe:
    exec: {command: [pg_isready, -h, 127.0.0.1, -U, postgres]}
    periodSeconds: 20
    timeoutSeconds: 10
    failureThreshold: 6
  volumeMounts:
    - {name: data, mountPath: /var/lib/postgresql/data}
    - {name: run, mountPath: /var/run/postgresql}
    - {name: tmp, mountPath: /tmp}
volumes:
  - name: run
    emptyDir: {sizeLimit: 16Mi}
{{- end -}}
