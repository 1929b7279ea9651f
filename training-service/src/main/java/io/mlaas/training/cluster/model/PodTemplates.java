package io.mlaas.training.cluster.model;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.model.TrainingJobSpec.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pods of a training and their parts: restricted, without a service account's token, with limits. */
public final class PodTemplates {
    public static final String INPUT = "/mlaas/input";
    public static final String OUTPUT = "/mlaas/output";
    static final String CHECKPOINTS = "/mlaas/checkpoints";

    private static final String WORK = "/mlaas/work";
    private static final String CREDENTIAL = "/mlaas/credential";
    private static final String TERMINATION_LOG = "/dev/termination-log";
    private static final String DATA = "data";
    private static final long NOBODY = 65532;
    static final long TIME_TO_REGISTER = 3600;
    private static final long TIME_TO_END = 30;

    private final ClusterSettings settings;

    PodTemplates(ClusterSettings settings) {
        this.settings = settings;
    }

    PodSpec train(TrainingJob job, int attempt) {
        return pod(job, job.getSpec().deadlineSeconds())
                .withInitContainers(fetch(job))
                .withContainers(train(job, attempt, Names.TRAIN))
                .withNodeSelector(job.getSpec().nodeSelector())
                .withTolerations(tolerations(job))
                .build();
    }

    PodSpec register(TrainingJob job) {
        return pod(job, TIME_TO_REGISTER)
                .withContainers(register(job, job.status().attempts()))
                .withTolerations(nodeLost())
                .build();
    }

    /** The inputs' pod where several workers share them. */
    PodSpec fetchOnce(TrainingJob job) {
        return pod(job, job.getSpec().deadlineSeconds())
                .withContainers(fetch(job))
                .withTolerations(nodeLost())
                .build();
    }

    /** One of several workers: it has the checkpoints of earlier attempts, and nothing of the credential. */
    PodSpec worker(TrainingJob job, int attempt, String name) {
        Container container = new ContainerBuilder(train(job, attempt, name))
                .addToEnv(variable("MLAAS_CHECKPOINT_DIR", CHECKPOINTS))
                .addToVolumeMounts(mount(DATA, CHECKPOINTS, "checkpoints", false))
                .build();
        return pod(job, job.getSpec().deadlineSeconds())
                .withContainers(container)
                .withVolumes(volumes(job).stream()
                        .filter(volume -> volume.getSecret() == null)
                        .toList())
                .withNodeSelector(job.getSpec().nodeSelector())
                .withTolerations(tolerations(job))
                .build();
    }

    /** What all pods are: the volume, the credential's Secret, and no rights. */
    private PodSpecBuilder pod(TrainingJob job, long deadline) {
        return new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withActiveDeadlineSeconds(deadline)
                .withTerminationGracePeriodSeconds(TIME_TO_END)
                .withImagePullSecrets(settings.pullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withSecurityContext(podSecurity())
                .withVolumes(volumes(job));
    }

    /** Fetches the inputs and checks their digests. */
    public Container fetch(TrainingJob job) {
        return agent(job, Names.FETCH)
                .addToEnv(variable(
                        "MLAAS_DATASETS", Serialization.asJson(job.getSpec().datasets())))
                .addToEnv(variable(
                        "MLAAS_DEFINITION", Serialization.asJson(job.getSpec().definition())))
                .addToVolumeMounts(mount(DATA, INPUT, "input", false))
                .build();
    }

    /** Registers what the attempt wrote, or only tells what it is. */
    public Container register(TrainingJob job, int attempt) {
        return agent(job, Names.REGISTER)
                .addAllToEnv(job.getSpec().compareOnly() ? List.of(variable("MLAAS_COMPARE_ONLY", "true")) : List.of())
                .addToVolumeMounts(mount(DATA, OUTPUT, "output-" + attempt, true))
                .build();
    }

    private ContainerBuilder agent(TrainingJob job, String step) {
        List<String> command = new ArrayList<>(settings.agentCommand());
        command.add(step);
        return new ContainerBuilder()
                .withName(step)
                .withImage(settings.agentImage())
                .withCommand(command)
                .withEnv(
                        variable("MLAAS_REGISTRY_URL", settings.registryUrl()),
                        variable("MLAAS_CREDENTIAL_FILE", CREDENTIAL + "/" + Names.TOKEN_KEY),
                        variable("MLAAS_JOB_ID", job.getSpec().jobId()),
                        variable("MLAAS_MODEL_ID", job.getSpec().modelId()),
                        variable("MLAAS_INPUT_DIR", INPUT),
                        variable("MLAAS_OUTPUT_DIR", OUTPUT),
                        variable("MLAAS_WORK_DIR", WORK),
                        variable("MLAAS_TERMINATION_LOG", TERMINATION_LOG))
                .withVolumeMounts(
                        mount(DATA, WORK, "work", false),
                        mount("credential", CREDENTIAL, null, true),
                        mount("tmp", "/tmp", null, false))
                .withTerminationMessagePath(TERMINATION_LOG)
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withSecurityContext(security())
                .withNewResources()
                .withRequests(quantities("250m", "256Mi"))
                .withLimits(quantities("1", "512Mi"))
                .endResources();
    }

    /** The user's program: it sees its inputs, its output and its variables, and nothing of the platform. */
    public Container train(TrainingJob job, int attempt, String name) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(job.getSpec().image())
                .withEnv(environment(job))
                .withVolumeMounts(
                        mount(DATA, INPUT, "input", true),
                        mount(DATA, OUTPUT, "output-" + attempt, false),
                        mount("tmp", "/tmp", null, false))
                .withSecurityContext(security())
                .withNewResources()
                .withRequests(resources(job.getSpec().resources()))
                .withLimits(resources(job.getSpec().resources()))
                .endResources()
                .build();
    }

    private static List<EnvVar> environment(TrainingJob job) {
        Map<String, String> variables = new TreeMap<>(Map.of("HOME", "/tmp"));
        variables.putAll(job.getSpec().environment());
        variables.put("MLAAS_JOB_ID", job.getSpec().jobId());
        variables.put("MLAAS_MODEL_ID", job.getSpec().modelId());
        variables.put("MLAAS_INPUT_DIR", INPUT);
        variables.put("MLAAS_OUTPUT_DIR", OUTPUT);
        return variables.entrySet().stream()
                // Kubernetes would replace $(NAME) in a value by another variable's
                .map(entry -> variable(entry.getKey(), entry.getValue().replace("$(", "$$(")))
                .toList();
    }

    /** The volumes that the containers here mount. */
    public List<Volume> volumes(TrainingJob job) {
        return List.of(
                new VolumeBuilder()
                        .withName(DATA)
                        .withNewPersistentVolumeClaim()
                        .withClaimName(Names.volume(job.name()))
                        .endPersistentVolumeClaim()
                        .build(),
                new VolumeBuilder()
                        .withName("credential")
                        .withNewSecret()
                        .withSecretName(Names.credential(job.name()))
                        .withDefaultMode(0440)
                        .endSecret()
                        .build(),
                new VolumeBuilder()
                        .withName("tmp")
                        .withNewEmptyDir()
                        .withSizeLimit(new Quantity("1Gi"))
                        .endEmptyDir()
                        .build());
    }

    public List<Toleration> tolerations(TrainingJob job) {
        List<Toleration> all = new ArrayList<>(job.getSpec().tolerations());
        all.addAll(nodeLost());
        return all;
    }

    private List<Toleration> nodeLost() {
        return List.of(stays("node.kubernetes.io/not-ready"), stays("node.kubernetes.io/unreachable"));
    }

    private Toleration stays(String taint) {
        return new TolerationBuilder()
                .withKey(taint)
                .withOperator("Exists")
                .withEffect("NoExecute")
                .withTolerationSeconds(settings.nodeLostAfter().toSeconds())
                .build();
    }

    public PodSecurityContext podSecurity() {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(NOBODY)
                .withRunAsGroup(NOBODY)
                .withFsGroup(NOBODY)
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    private static SecurityContext security() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    private static Map<String, Quantity> resources(Resources resources) {
        Map<String, Quantity> quantities = quantities(resources.cpu(), resources.memory());
        if (resources.gpus() > 0) {
            quantities.put(resources.gpuResource(), new Quantity(String.valueOf(resources.gpus())));
        }
        return quantities;
    }

    private static Map<String, Quantity> quantities(String cpu, String memory) {
        return new TreeMap<>(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)));
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVar(name, value, null);
    }

    private static VolumeMount mount(String volume, String path, @Nullable String subPath, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withSubPath(subPath)
                .withReadOnly(readOnly ? Boolean.TRUE : null)
                .build();
    }
}
