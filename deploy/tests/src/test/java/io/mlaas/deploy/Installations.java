package io.mlaas.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ways to install the platform that must all be right: sizes × servers × features. */
final class Installations {

    /** One of them: the values, and what to call it. */
    record Installation(String name, List<String> values) {
        Manifests render() {
            return Chart.render(values.toArray(String[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final String EXTERNAL = """
            identity: {issuer: 'https://id.example.org/realms/things', existingSecret: clients}
            keys: {existingSecret: keys}
            postgres: {bundled: false, existingSecret: postgres, external: {host: pg.example.org, parameters: sslmode=verify-full}}
            kafka:
              bundled: false
              replicas: 3
              external: {bootstrapServers: 'a:9093,b:9093', securityProtocol: SASL_SSL, saslMechanism: SCRAM-SHA-512, existingSecret: kafka}
            mqtt: {bundled: false, existingSecret: mqtt, external: {url: 'ssl://mqtt.example.org:8883'}}
            s3: {bundled: false, external: {endpoint: 'https://s3.example.org', existingSecret: companies}}
            evm: {bundled: false, chainId: 4711, confirmations: 2, external: {rpcUrl: 'http://besu.chain:8545'}}
            keycloak: {bundled: false}
            """;

    static final String EVERYTHING = """
            image: {registry: registry.example.org, pullSecrets: [registry]}
            ingress: {enabled: true, className: nginx, host: ml.example.org, identityHost: id.example.org}
            prometheus: {bundled: true, serviceMonitors: {enabled: true, labels: {release: prometheus}}, rules: {enabled: true}}
            grafana: {bundled: true}
            training:
              kubernetes:
                enabled: true
                quota: {enabled: true, hard: {requests.cpu: "16", requests.nvidia.com/gpu: 2}}
                namespaceAnnotations: {scheduler.alpha.kubernetes.io/node-selector: pool=training}
                argo: {enabled: true, apiServer: {cidr: 10.0.0.1/32, port: 6443}}
                sharedAccessMode: ReadWriteOnce
                allowedImages: [registry.example.org/acme/]
                aliases:
                  - reference: mlaas/trainer:1
                    image: mlaas/trainer@sha256:0000000000000000000000000000000000000000000000000000000000000000
                  - reference: mlaas/federated:1
                    image: registry.example.org/mlaas/federated@sha256:1111111111111111111111111111111111111111111111111111111111111111
            pods: {annotations: {team: ml}, labels: {tier: platform}, nodeSelector: {disk: ssd}, priorityClassName: platform,
              tolerations: [{key: ml, operator: Exists}]}
            """;

    static final String LEAST = """
            network: {policies: false}
            mqtt: {enabled: false}
            postgres: {prepare: {enabled: false}}
            grafana: {dashboards: {enabled: false}}
            pods: {spreadBy: []}
            """;

    private Installations() {}

    static Stream<Installation> all() {
        List<Installation> all = new ArrayList<>();
        for (String size : List.of("", "small", "medium", "large")) {
            for (boolean external : new boolean[] {false, true}) {
                for (String features : List.of("", "everything", "least")) {
                    all.add(installation(size, external, features));
                }
            }
        }
        return all.stream();
    }

    private static Installation installation(String size, boolean external, String features) {
        List<String> values = new ArrayList<>();
        if (!size.isEmpty()) {
            values.add(Chart.size(size));
        }
        if (external) {
            values.add(EXTERNAL);
        }
        switch (features) {
            case "everything" -> values.add(EVERYTHING);
            case "least" -> values.add(LEAST);
            default -> {}
        }
        String name = Stream.of(size, external ? "external" : "bundled", features)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
        return new Installation(name, values);
    }
}
