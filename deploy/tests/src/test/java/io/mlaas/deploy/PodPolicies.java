package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.mlaas.deploy.Manifests.PodOf;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What every pod must be, whoever runs in it: the level `restricted` of Pod Security, and what the platform asks beside. */
final class PodPolicies {

    private PodPolicies() {}

    static void check(PodOf pod) {
        var spec = pod.spec();
        var security = spec.getSecurityContext();
        assertThat(security.getRunAsNonRoot()).as("%s runs as non-root", pod).isTrue();
        assertThat(security.getRunAsUser()).as("%s user", pod).isPositive();
        assertThat(security.getFsGroup()).as("%s group of files", pod).isPositive();
        assertThat(security.getSeccompProfile().getType()).as("%s seccomp", pod).isEqualTo("RuntimeDefault");
        assertThat(Stream.of(spec.getHostNetwork(), spec.getHostPID(), spec.getHostIPC())
                        .filter(Objects::nonNull))
                .as("%s is not of the host", pod)
                .isEmpty();
        assertThat(spec.getVolumes())
                .as("%s mounts nothing of the host", pod)
                .allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
        assertThat(spec.getServiceAccountName()).as("%s account", pod).isNotEqualTo("default");
        assertThat(spec.getAutomountServiceAccountToken()).as("%s token", pod).isEqualTo(needsToken(pod));
        assertThat(pod.metadata().getLabels().get("app.kubernetes.io/component"))
                .as("%s component", pod)
                .isNotBlank();
        Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
                .forEach(container -> container(pod, container));
        if (isServer(pod)) {
            assertThat(spec.getContainers()).allSatisfy(container -> probes(pod, container));
        }
    }

    private static boolean isServer(PodOf pod) {
        return !List.of("Job", "Pod").contains(pod.owner().getKind());
    }

    /** Prometheus looks for pods; training-service makes jobs, where it does. */
    private static boolean needsToken(PodOf pod) {
        return switch (pod.metadata().getLabels().get("app.kubernetes.io/component")) {
            case "prometheus" -> true;
            case "training" -> Boolean.TRUE.equals(pod.spec().getAutomountServiceAccountToken());
            case null, default -> false;
        };
    }

    private static void container(PodOf pod, Container container) {
        String name = pod + " " + container.getName();
        var security = container.getSecurityContext();
        assertThat(security.getAllowPrivilegeEscalation()).as(name).isFalse();
        assertThat(security.getPrivileged()).as(name).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).as(name).isTrue();
        assertThat(security.getRunAsNonRoot()).as(name).isTrue();
        assertThat(security.getCapabilities().getDrop()).as(name).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).as(name).isEmpty();
        assertThat(container.getImage())
                .as(name)
                .matches("[a-z0-9.:-]+/[a-z0-9./_-]+(:[A-Za-z0-9_][A-Za-z0-9._-]*|@sha256:[0-9a-f]{64})")
                .doesNotEndWith(":latest");
        assertThat(container.getVolumeMounts())
                .as(name + ": somewhere to write")
                .anySatisfy(mount -> assertThat(mount.getReadOnly()).isNotEqualTo(true));
        Map<String, Quantity> limits = container.getResources().getLimits();
        Map<String, Quantity> requests = container.getResources().getRequests();
        assertThat(limits).as(name + " limits").containsKeys("cpu", "memory");
        assertThat(requests).as(name + " requests").containsKeys("cpu", "memory");
        assertThat(requests).allSatisfy((resource, wanted) -> assertThat(wanted.getNumericalAmount())
                .as("%s %s", name, resource)
                .isLessThanOrEqualTo(limits.get(resource).getNumericalAmount()));
        container.getEnv().stream()
                .filter(variable -> variable.getName().matches(".*(PASSWORD|SECRET|TOKEN|_KEY|JAAS_CONFIG)"))
                .forEach(secret -> assertThat(secret.getValue())
                        .as("%s: %s comes from a secret", name, secret.getName())
                        .isNull());
    }

    private static void probes(PodOf pod, Container container) {
        assertThat(container.getStartupProbe()).as("%s starts", pod).isNotNull();
        assertThat(container.getReadinessProbe()).as("%s is ready", pod).isNotNull();
        assertThat(container.getLivenessProbe()).as("%s lives", pod).isNotNull();
        // A database that is away must not restart the services that wait for it.
        if (container.getName().equals("service")) {
            assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/liveness");
            assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
            assertThat(container.getLifecycle().getPreStop().getSleep().getSeconds())
                    .as("%s is taken out before it stops", pod)
                    .isPositive();
            assertThat(pod.spec().getTerminationGracePeriodSeconds())
                    .as("%s has time to finish", pod)
                    .isGreaterThanOrEqualTo(30);
        }
    }

    /** In bytes. */
    static BigDecimal memoryLimit(Container container) {
        return container.getResources().getLimits().get("memory").getNumericalAmount();
    }
}
