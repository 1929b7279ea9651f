package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.ClusterSettings;
import io.mlaas.training.cluster.model.Decisions;
import io.mlaas.training.cluster.model.Manifests;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.Policy;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** An operator over a cluster, with a shell program as the platform's agent, and trainings to give it. */
final class Trainings {
    static final String COMPANY = "00000000-0000-4000-8000-00000000ac3e";

    /** Plays the agent: what it does depends on how the model's id begins. */
    private static final String AGENT = """
            case "$1 $MLAAS_MODEL_ID" in
              fetch\\ 65*) echo 'dataset: not the registered one' > "$MLAAS_TERMINATION_LOG"; exit 65 ;;
              fetch\\ 75*) if [ ! -e "$MLAAS_WORK_DIR/away" ]; then
                  touch "$MLAAS_WORK_DIR/away"; echo 'the registry does not answer'; exit 75; fi ;;
              register\\ 66*) echo 'the model has a result' > "$MLAAS_TERMINATION_LOG"; exit 65 ;;
              register\\ 76*) if [ ! -e "$MLAAS_WORK_DIR/away" ]; then
                  touch "$MLAAS_WORK_DIR/away"; echo 'the registry does not answer'; exit 75; fi ;;
            esac
            [ "$(cat "$MLAAS_CREDENTIAL_FILE")" = secret ] || exit 70
            if [ "$1" = fetch ]; then
              printf 1,2,3 > "$MLAAS_INPUT_DIR/numbers.csv"
            else
              set -- $(sha256sum "$MLAAS_OUTPUT_DIR/model.pt")
              printf '{"fileName":"model.pt","sizeBytes":5,"sha256":"%s"}\\n' "$1" > "$MLAAS_TERMINATION_LOG"
            fi
            """;

    final Cluster cluster;
    final KubernetesClient client;
    private final TrainingJobSpec.Runtime runtime;
    final ClusterObjects objects;
    final TrainingLogs logs;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    Trainings(Cluster cluster) {
        this(cluster, TrainingJobSpec.Runtime.JOB);
    }

    Trainings(Cluster cluster, TrainingJobSpec.Runtime runtime) {
        this.runtime = runtime;
        this.cluster = cluster;
        this.client = cluster.client();
        this.objects = new ClusterObjects(client, cluster.namespace());
        this.logs = new TrainingLogs(client, cluster.namespace());
    }

    static ClusterSettings settings(String image) {
        return new ClusterSettings(
                image,
                List.of("sh", "-c", AGENT, "agent"),
                "http://model-sharing-service:18101",
                null,
                "ReadWriteMany",
                List.of(),
                List.of(new ClusterSettings.Egress("10.0.0.0/8", null, null, List.of(443, 18101))),
                Duration.ofMinutes(2),
                Duration.ofDays(1));
    }

    Reconciler reconciler(KubernetesClient with, Admission.Quota quota) {
        return new Reconciler(
                new ClusterObjects(with, cluster.namespace()),
                new TrainingLogs(with, cluster.namespace()),
                (spec, validity) ->
                        new Credentials.Answer.Issued("secret", Instant.now().plus(validity)),
                new Manifests(settings(cluster.shellImage())),
                new Decisions(new Policy(
                        Duration.ofSeconds(3), Duration.ofSeconds(2), 3, Duration.ofMillis(10), Duration.ofSeconds(1))),
                new Admission.Quotas(quota, Map.of()),
                new OperatorMeters(meters),
                Clock.systemUTC());
    }

    Operator operator() {
        return new Operator(
                client,
                cluster.namespace(),
                objects,
                reconciler(client, new Admission.Quota(100, 100)),
                new OperatorMeters(meters),
                Duration.ofSeconds(1));
    }

    TrainingJob submit(String program) {
        return submit(program, UnaryOperator.identity());
    }

    TrainingJob submit(String program, UnaryOperator<SpecBuilder> change) {
        TrainingJobSpec spec =
                change.apply(new SpecBuilder(cluster.image(), program)).build(runtime);
        return objects.trainings()
                .resource(TrainingJob.of(cluster.namespace(), "train-" + spec.jobId(), spec))
                .create();
    }

    TrainingJob now(TrainingJob job) {
        return objects.trainings().withName(job.name()).get();
    }

    TrainingJob await(TrainingJob job, Phase phase) {
        return Awaitility.await(job.name() + " " + phase)
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> now(job), current -> current.status().phase() == phase);
    }

    /** Its pod of an attempt, once the program runs. */
    Pod running(TrainingJob job, int attempt) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> objects.pods(job.name()).stream()
                                .filter(pod -> Integer.toString(attempt)
                                        .equals(pod.getMetadata().getLabels().get(Names.ATTEMPT_LABEL)))
                                .filter(pod -> pod.getStatus() != null
                                        && "Running".equals(pod.getStatus().getPhase()))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }

    /** What tests vary of a spec. */
    record SpecBuilder(
            String modelId,
            String company,
            String image,
            Map<String, String> environment,
            TrainingJobSpec.Resources resources,
            Map<String, String> nodeSelector,
            long deadline,
            int retries,
            int priority,
            String queue) {
        SpecBuilder(String image, String program) {
            this(
                    // not by chance one of those for which the agent fails
                    "00" + UUID.randomUUID().toString().substring(2),
                    COMPANY,
                    image,
                    Map.of(Cluster.PROGRAM, program, "MLAAS_PARAM_SEED", "7"),
                    new TrainingJobSpec.Resources("100m", "64Mi", 0, null),
                    Map.of(),
                    600,
                    2,
                    0,
                    null);
        }

        /** How the agent behaves. */
        SpecBuilder model(String prefix) {
            String id = prefix + modelId.substring(prefix.length());
            return new SpecBuilder(
                    id, company, image, environment, resources, nodeSelector, deadline, retries, priority, queue);
        }

        SpecBuilder of(String other) {
            return new SpecBuilder(
                    modelId, other, image, environment, resources, nodeSelector, deadline, retries, priority, queue);
        }

        SpecBuilder image(String other) {
            return new SpecBuilder(
                    modelId, company, other, environment, resources, nodeSelector, deadline, retries, priority, queue);
        }

        SpecBuilder gpus(int gpus) {
            return new SpecBuilder(
                    modelId,
                    company,
                    image,
                    environment,
                    new TrainingJobSpec.Resources("100m", "64Mi", gpus, null),
                    nodeSelector,
                    deadline,
                    retries,
                    priority,
                    queue);
        }

        SpecBuilder deadline(long seconds) {
            return new SpecBuilder(
                    modelId, company, image, environment, resources, nodeSelector, seconds, retries, priority, queue);
        }

        SpecBuilder retries(int number) {
            return new SpecBuilder(
                    modelId, company, image, environment, resources, nodeSelector, deadline, number, priority, queue);
        }

        SpecBuilder priority(int value) {
            return new SpecBuilder(
                    modelId, company, image, environment, resources, nodeSelector, deadline, retries, value, queue);
        }

        SpecBuilder queue(String name) {
            return new SpecBuilder(
                    modelId, company, image, environment, resources, nodeSelector, deadline, retries, priority, name);
        }

        TrainingJobSpec build(TrainingJobSpec.Runtime runtime) {
            return new TrainingJobSpec(
                    UUID.randomUUID().toString(),
                    modelId,
                    company,
                    image,
                    List.of(new TrainingJobSpec.InputFile(UUID.randomUUID().toString(), "numbers.csv", "0".repeat(64))),
                    null,
                    environment,
                    resources,
                    nodeSelector,
                    List.of(),
                    deadline,
                    retries,
                    "10Mi",
                    runtime,
                    null,
                    priority,
                    queue,
                    null,
                    null);
        }
    }
}
