package io.mlaas.training.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.training.agent.Agent;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.ClusterSettings;
import io.mlaas.training.cluster.model.Decisions;
import io.mlaas.training.cluster.model.Manifests;
import io.mlaas.training.cluster.model.Policy;
import io.mlaas.training.registry.FakeRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The operator over a cluster and a fake registry, with the real agent as a process of its own. */
public final class RunningOperator implements AutoCloseable {
    private final Operator operator;
    private final KubernetesClient client;

    public RunningOperator(Cluster cluster, FakeRegistry registry) {
        client = cluster.client();
        OperatorMeters meters = new OperatorMeters(new SimpleMeterRegistry());
        ClusterObjects objects = new ClusterObjects(client, cluster.namespace());
        Reconciler reconciler = new Reconciler(
                objects,
                new TrainingLogs(client, cluster.namespace()),
                (spec, validity) -> new Credentials.Answer.Issued(
                        registry.issue(UUID.fromString(spec.modelId()), UUID.fromString(spec.jobId())),
                        Instant.now().plus(validity)),
                new Manifests(settings(cluster, registry)),
                new Decisions(new Policy(
                        Duration.ofSeconds(3), Duration.ofSeconds(2), 3, Duration.ofMillis(10), Duration.ofSeconds(1))),
                new Admission.Quotas(new Admission.Quota(20, 20), Map.of()),
                meters,
                Clock.systemUTC());
        operator = new Operator(client, cluster.namespace(), objects, reconciler, meters, Duration.ofSeconds(1));
        operator.open();
    }

    private static ClusterSettings settings(Cluster cluster, FakeRegistry registry) {
        return new ClusterSettings(
                cluster.shellImage(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Agent.class.getName()),
                registry.url(),
                null,
                "ReadWriteMany",
                List.of(),
                List.of(),
                Duration.ofMinutes(2),
                Duration.ofDays(1));
    }

    @Override
    public void close() {
        operator.close();
        client.close();
    }
}
