package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.fake.RealCluster;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only a real API server does: schema and CEL, rights, Pod Security. Skipped without {@code mlaas.test.kubeconfig}. */
class RealApiServerTest {
    private static Cluster cluster;
    private static Trainings trainings;

    @BeforeAll
    static void start() {
        assumeThat(System.getProperty("mlaas.test.kubeconfig", ""))
                .as("mlaas.test.kubeconfig")
                .isNotBlank();
        cluster = Cluster.start();
        trainings = new Trainings(cluster);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void fillsInTheDefaults() {
        TrainingJob made = submit(spec -> List.of(
                        "environment",
                        "resources",
                        "nodeSelector",
                        "tolerations",
                        "deadlineSeconds",
                        "retries",
                        "outputSize",
                        "runtime",
                        "workers",
                        "priority",
                        "cancelled")
                .forEach(spec::remove));
        Map<String, Object> spec = raw(made);
        assertThat(spec)
                .containsEntry("deadlineSeconds", 7200)
                .containsEntry("retries", 3)
                .containsEntry("outputSize", "10Gi")
                .containsEntry("runtime", "job")
                .containsEntry("workers", 1)
                .containsEntry("priority", 0)
                .containsEntry("cancelled", false)
                .containsEntry(
                        "resources", Map.of("cpu", "1", "memory", "2Gi", "gpus", 0, "gpuResource", "nvidia.com/gpu"));
    }

    @Test
    void refusesWhatCannotBeCarriedOut() {
        refused(spec -> spec.put("image", "acme/forecast:3"), "spec.image");
        refused(spec -> spec.put("jobId", "7"), "spec.jobId");
        refused(spec -> spec.put("datasets", List.of()), "spec.datasets");
        refused(spec -> spec.remove("modelId"), "spec.modelId: Required value");
        refused(spec -> spec.put("workers", 2), "spec.workers", "as only the runtime kubeflow has several");
        refused(spec -> spec.put("deadlineSeconds", 0), "spec.deadlineSeconds");
        refused(spec -> spec.put("runtime", "slurm"), "spec.runtime");
        refused(spec -> spec.put("resources", Map.of("gpus", -1)), "spec.resources.gpus");
        refused(spec -> spec.put("resources", Map.of("cpu", "0")), "spec.resources.cpu", "expected: more than 0");
        refused(spec -> spec.put("resources", Map.of("memory", "1Mi")), "expected: at least 16Mi");
        refused(spec -> spec.put("resources", Map.of("gpuResource", "kubernetes.io/gpu")), "gpuResource");
        refused(spec -> spec.put("environment", Map.of("a-b", "1")), "spec.environment", "no variable's");
        refused(spec -> spec.put("environment", Map.of("MLAAS_JOB_ID", "1")), "a variable of the platform");
        refused(spec -> spec.put("tolerations", List.of(Map.of("operator", "Equal"))), "Equal without a key");
        refused(
                spec -> spec.put(
                        "datasets",
                        List.of(
                                dataset("00000000-0000-4000-8000-000000000001"),
                                dataset("00000000-0000-4000-8000-000000000002"))),
                "the same fileName");
    }

    private static Map<String, Object> dataset(String id) {
        return Map.of("id", id, "fileName", "a.csv", "sha256", "0".repeat(64));
    }

    @Test
    void changesNothingLaterButPriorityAndTheEnd() {
        TrainingJob job = submit(spec -> {});
        change(job, spec -> spec.put("priority", 7));
        assertThatThrownBy(() -> change(job, spec -> spec.put("retries", 9))).hasMessageContaining("spec: changed");
        assertThatThrownBy(() -> change(
                        job, spec -> spec.put("definition", Map.of("fileName", "n.json", "sha256", "0".repeat(64)))))
                .hasMessageContaining("spec: changed");
        change(job, spec -> spec.put("cancelled", true));
        assertThatThrownBy(() -> change(job, spec -> spec.put("cancelled", false)))
                .hasMessageContaining("does not come back");
    }

    @Test
    void theCommittedRightsSuffice() {
        try (KubernetesClient operator = withCommittedRights()) {
            Operator acts = new Operator(
                    operator,
                    cluster.namespace(),
                    new ClusterObjects(operator, cluster.namespace()),
                    trainings.reconciler(operator, new Admission.Quota(9, 9)),
                    new OperatorMeters(trainings.meters),
                    Duration.ofSeconds(1));
            acts.open();
            TrainingJob trained = trainings.submit("echo hello; printf model > \"$MLAAS_OUTPUT_DIR/model.pt\"");
            TrainingJob cancelled = trainings.submit("sleep 600");
            assertThat(trainings.await(trained, Phase.SUCCEEDED).status().logTail())
                    .containsExactly("hello");
            change(cancelled, spec -> spec.put("cancelled", true));
            trainings.await(cancelled, Phase.CANCELLED);
            acts.close();
            assertThatThrownBy(
                            () -> operator.secrets().inNamespace("kube-system").list())
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(403));
            assertThatThrownBy(() ->
                            operator.secrets().inNamespace(cluster.namespace()).list())
                    .as("not even here: only those that it knows by name")
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    private static KubernetesClient withCommittedRights() {
        KubernetesClient admin = trainings.client;
        List<PolicyRule> rules = Serialization.yamlMapper()
                .convertValue(
                        Serialization.unmarshal(Crd.read("deploy/helm/mlaas/files/operator-rbac.yaml"), List.class),
                        new TypeReference<List<PolicyRule>>() {});
        admin.serviceAccounts()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("operator")
                        .endMetadata()
                        .build())
                .create();
        admin.rbac()
                .roles()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName("operator")
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        admin.rbac()
                .roleBindings()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName("operator")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", "operator")
                        .addNewSubject("", "ServiceAccount", "operator", cluster.namespace())
                        .build())
                .create();
        String token = admin.serviceAccounts()
                .withName("operator")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        return cluster.client(builder -> builder.withConfig(new ConfigBuilder(((RealCluster) cluster).config())
                .withClientCertData(null)
                .withClientKeyData(null)
                .withClientCertFile(null)
                .withClientKeyFile(null)
                .withOauthToken(token)
                .build()));
    }

    private static void refused(Consumer<Map<String, Object>> change, String... told) {
        assertThatThrownBy(() -> submit(change))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                        .isEqualTo(422))
                .hasMessageContainingAll(told);
    }

    private static TrainingJob submit(Consumer<Map<String, Object>> change) {
        TrainingJob job = TrainingJob.of(
                cluster.namespace(),
                "train-" + UUID.randomUUID(),
                new Trainings.SpecBuilder("mlaas.test/program@sha256:" + "a".repeat(64), "true")
                        .build(TrainingJobSpec.Runtime.JOB));
        return write(job, change);
    }

    /** As a user would write it: without what the classes know better. */
    private static TrainingJob write(TrainingJob job, Consumer<Map<String, Object>> change) {
        Map<String, Object> body = Serialization.unmarshal(Serialization.asJson(job), Map.class);
        @SuppressWarnings("unchecked")
        Map<String, Object> spec = new HashMap<>((Map<String, Object>) body.get("spec"));
        change.accept(spec);
        body.put("spec", spec);
        var resource = trainings.client.resource(Serialization.asJson(body));
        return (TrainingJob) Serialization.unmarshal(
                Serialization.asJson(job.getMetadata().getUid() == null ? resource.create() : resource.update()),
                TrainingJob.class);
    }

    private static void change(TrainingJob job, Consumer<Map<String, Object>> change) {
        write(trainings.now(job), change);
    }

    private static Map<String, Object> raw(TrainingJob job) {
        Map<String, Object> body = Serialization.unmarshal(
                Serialization.asJson(trainings
                        .client
                        .genericKubernetesResources("mlaas.io/v1", "TrainingJob")
                        .inNamespace(cluster.namespace())
                        .withName(job.name())
                        .get()),
                Map.class);
        @SuppressWarnings("unchecked")
        Map<String, Object> spec = (Map<String, Object>) body.get("spec");
        return spec;
    }
}
