package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart as Helm sees it. */
class ChartTest {

    @Test
    void lintsStrictly() {
        var result = Chart.lint();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @Test
    void isOfTheReleaseThatIsBuilt() {
        String version = Chart.read(Chart.REPOSITORY.resolve("pom.xml"))
                .replaceAll("(?s).*?<artifactId>mlaas</artifactId>\\s*<version>([^<]+)</version>.*", "$1");

        assertThat(Chart.read(Chart.FOLDER.resolve("Chart.yaml"))).contains("\nappVersion: " + version + "\n");
    }

    @Test
    void findsAFieldThatKubernetesDoesNotKnow() {
        var deployment = Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: a}
                spec: {replicsa: 2, template: {spec: {containers: [{name: a, imag: b}]}}}
                """, Deployment.class);

        assertThat(UnknownFields.in(deployment))
                .containsExactlyInAnyOrder(".spec.replicsa", ".spec.template.spec.containers[0].imag");
    }

    @Test
    void refusesADocumentOfNoKnownKind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Manifests.of("apiVersion: apps/v2\nkind: Deploymant\nmetadata: {name: a}\n"))
                .withMessageContaining("Deploymant");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            services: {gateway: {replcas: 3}}                                | /services/gateway' | replcas
            services: {gateway: {replicas: none}}                            | /services/gateway/replicas | got string, want integer
            services: {online-learning: {replicas: 17}}                      | /services/online-learning/replicas | want 16
            services: {monitoring: {autoscaling: {enabled: true, max: 99}}}  | /services/monitoring/autoscaling/max | want 16
            services: {training: {autoscaling: {enabled: true}}}             | /services/training | autoscaling
            services: {translation: {env: {mlaas.queue: 1}}}                 | /services/translation/env | mlaas.queue
            image: {tag: latest}                                             | /image/tag | failed
            postgres: {image: {tag: latest}}                                 | /postgres/image/tag | failed
            postgres: {external: {port: 99999}}                              | /postgres/external/port | want 65,535
            kafka: {external: {securityProtocol: TLS}}                       | /kafka/external/securityProtocol | SASL_SSL
            mqtt: {external: {url: mqtt.example.org}}                        | /mqtt/external/url | does not match pattern
            network: {podCidrs: [all]}                                       | /network/podCidrs/0 | does not match pattern
            evm: {genesisHash: 0xab}                                         | /evm/genesisHash | got number
            ingress: {enable: true}                                          | /ingress | enable
            """)
    void refusesABadValueByItsPath(String values, String path, String about) {
        assertThatIllegalStateException()
                .isThrownBy(() -> Chart.textOf(Chart.NAMESPACE, values))
                .withMessageContaining("at '" + path)
                .withMessageContaining(about);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            postgres: {bundled: false}                             | postgres.external.host: none (expected:
            kafka: {bundled: false}                                | kafka.external.bootstrapServers: none (expected:
            mqtt: {bundled: false}                                 | mqtt.external.url: none (expected:
            s3: {bundled: false}                                   | s3.external.endpoint: none (expected:
            evm: {bundled: false}                                  | evm.external.rpcUrl: none (expected:
            keycloak: {bundled: false}                             | identity.issuer: none (expected:
            grafana: {bundled: true}                               | prometheus.externalUrl: none (expected:
            """)
    void saysWhatAServerThatIsNotBundledNeeds(String values, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> Chart.textOf(Chart.NAMESPACE, values))
                .withMessageContaining(message);
    }
}
