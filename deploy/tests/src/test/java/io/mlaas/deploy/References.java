package io.mlaas.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.mlaas.deploy.Manifests.PodOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names and labels by which objects refer to one another. */
final class References {

    private final Manifests manifests;
    private final List<String> broken = new ArrayList<>();

    References(Manifests manifests) {
        this.manifests = manifests;
    }

    /** One sentence for each reference that leads nowhere. */
    List<String> broken() {
        manifests.pods().forEach(this::pod);
        manifests
                .all(Deployment.class)
                .forEach(it -> selector(it, it.getSpec().getSelector().getMatchLabels()));
        manifests.all(StatefulSet.class).forEach(this::statefulSet);
        manifests.all(Service.class).forEach(this::service);
        manifests
                .all(PodDisruptionBudget.class)
                .forEach(it -> selector(it, it.getSpec().getSelector().getMatchLabels()));
        manifests.all(HorizontalPodAutoscaler.class).forEach(this::autoscaler);
        manifests.all(Ingress.class).forEach(this::ingress);
        manifests.all(RoleBinding.class).forEach(this::binding);
        manifests.all(GenericKubernetesResource.class).stream()
                .filter(object -> object.getKind().equals("ServiceMonitor"))
                .forEach(this::serviceMonitor);
        if (!manifests.all(NetworkPolicy.class).isEmpty()) {
            manifests.pods().forEach(this::policy);
        }
        return broken;
    }

    private void check(boolean right, HasMetadata where, String what) {
        if (!right) {
            broken.add(Manifests.name(where) + ": " + what);
        }
    }

    private void pod(PodOf pod) {
        String account = pod.spec().getServiceAccountName();
        check(
                account == null && pod.owner().getKind().equals("Pod")
                        || manifests.find(ServiceAccount.class, account).isPresent(),
                pod.owner(),
                "no ServiceAccount " + account);
        Set<String> volumes = pod.spec().getVolumes().stream()
                .map(volume -> {
                    if (volume.getConfigMap() != null) {
                        check(
                                manifests
                                        .find(
                                                ConfigMap.class,
                                                volume.getConfigMap().getName())
                                        .isPresent(),
                                pod.owner(),
                                "no ConfigMap " + volume.getConfigMap().getName());
                    }
                    return volume.getName();
                })
                .collect(Collectors.toSet());
        if (pod.owner() instanceof StatefulSet set) {
            set.getSpec()
                    .getVolumeClaimTemplates()
                    .forEach(claim -> volumes.add(claim.getMetadata().getName()));
        }
        Stream.concat(pod.spec().getInitContainers().stream(), pod.spec().getContainers().stream())
                .forEach(container -> container(pod, container, volumes));
    }

    private void container(PodOf pod, Container container, Set<String> volumes) {
        for (VolumeMount mount : container.getVolumeMounts()) {
            check(volumes.contains(mount.getName()), pod.owner(), "no volume " + mount.getName());
        }
        container.getEnvFrom().stream()
                .map(from -> from.getConfigMapRef())
                .filter(Objects::nonNull)
                .forEach(reference -> check(
                        manifests.find(ConfigMap.class, reference.getName()).isPresent(),
                        pod.owner(),
                        "no ConfigMap " + reference.getName()));
        Set<String> ports =
                container.getPorts().stream().map(ContainerPort::getName).collect(Collectors.toSet());
        Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                .filter(Objects::nonNull)
                .flatMap(probe -> Stream.of(
                                probe.getHttpGet() == null
                                        ? null
                                        : probe.getHttpGet().getPort(),
                                probe.getTcpSocket() == null
                                        ? null
                                        : probe.getTcpSocket().getPort())
                        .filter(Objects::nonNull))
                .forEach(port -> check(
                        ports.contains(port.getStrVal()), pod.owner(), "a probe of no port: " + port.getStrVal()));
    }

    private void statefulSet(StatefulSet set) {
        selector(set, set.getSpec().getSelector().getMatchLabels());
        check(
                manifests.find(Service.class, set.getSpec().getServiceName()).isPresent(),
                set,
                "no Service " + set.getSpec().getServiceName());
    }

    private void selector(HasMetadata where, Map<String, String> labels) {
        check(
                !labels.isEmpty() && selected(labels).count() == 1,
                where,
                "selects %d kinds of pods by %s".formatted(selected(labels).count(), labels));
    }

    private Stream<PodOf> selected(Map<String, String> labels) {
        return manifests.pods().stream()
                .filter(pod -> pod.metadata().getLabels().entrySet().containsAll(labels.entrySet()));
    }

    private void service(Service service) {
        selector(service, service.getSpec().getSelector());
        Set<String> ports = selected(service.getSpec().getSelector())
                .flatMap(pod -> pod.spec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .collect(Collectors.toSet());
        service.getSpec()
                .getPorts()
                .forEach(port -> check(
                        ports.contains(port.getTargetPort().getStrVal()),
                        service,
                        "no port " + port.getTargetPort().getStrVal()));
    }

    private void autoscaler(HorizontalPodAutoscaler autoscaler) {
        var target = autoscaler.getSpec().getScaleTargetRef();
        List<HasMetadata> targets = manifests.objects().stream()
                .filter(object -> object.getKind().equals(target.getKind())
                        && object.getMetadata().getName().equals(target.getName()))
                .toList();
        check(targets.size() == 1, autoscaler, "no " + target.getKind() + " " + target.getName());
        check(
                targets.stream()
                        .noneMatch(each -> each instanceof Deployment deployment
                                        && deployment.getSpec().getReplicas() != null
                                || each instanceof StatefulSet set
                                        && set.getSpec().getReplicas() != null),
                autoscaler,
                "its target has a fixed number of replicas");
        check(
                autoscaler.getSpec().getMinReplicas() <= autoscaler.getSpec().getMaxReplicas(),
                autoscaler,
                "more at least than at most");
    }

    private void ingress(Ingress ingress) {
        ingress.getSpec().getRules().stream()
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .map(path -> path.getBackend().getService())
                .forEach(backend -> check(
                        manifests.find(Service.class, backend.getName()).stream()
                                .flatMap(service -> service.getSpec().getPorts().stream())
                                .anyMatch(port ->
                                        port.getName().equals(backend.getPort().getName())),
                        ingress,
                        "no Service %s with port %s"
                                .formatted(backend.getName(), backend.getPort().getName())));
    }

    private void binding(RoleBinding binding) {
        check(
                manifests.find(Role.class, binding.getRoleRef().getName()).stream()
                        .anyMatch(role -> Objects.equals(
                                role.getMetadata().getNamespace(),
                                binding.getMetadata().getNamespace())),
                binding,
                "no Role " + binding.getRoleRef().getName());
        binding.getSubjects()
                .forEach(subject -> check(
                        manifests.find(ServiceAccount.class, subject.getName()).isPresent(),
                        binding,
                        "no ServiceAccount " + subject.getName()));
    }

    private void serviceMonitor(GenericKubernetesResource monitor) {
        Map<String, String> labels = monitor.get("spec", "selector", "matchLabels");
        String jobLabel = monitor.get("spec", "jobLabel");
        List<Map<String, Object>> endpoints = monitor.get("spec", "endpoints");
        List<Service> services = manifests.all(Service.class).stream()
                .filter(service -> service.getMetadata().getLabels().entrySet().containsAll(labels.entrySet()))
                .toList();
        check(services.size() == 1 && endpoints.size() == 1, monitor, "selects %d services".formatted(services.size()));
        services.forEach(service -> {
            check(service.getMetadata().getLabels().containsKey(jobLabel), monitor, "no label " + jobLabel);
            endpoints.forEach(endpoint -> check(
                    service.getSpec().getPorts().stream()
                            .anyMatch(port -> port.getName().equals(endpoint.get("port"))),
                    monitor,
                    "no port " + endpoint.get("port")));
        });
    }

    private void policy(PodOf pod) {
        List<NetworkPolicy> policies = manifests.all(NetworkPolicy.class).stream()
                .filter(policy -> policy.getMetadata().getNamespace() == null)
                .filter(policy -> pod.metadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(policy.getSpec()
                                .getPodSelector()
                                .getMatchLabels()
                                .entrySet()))
                .toList();
        check(policies.size() == 1, pod.owner(), "has %d network policies".formatted(policies.size()));
        policies.forEach(policy -> check(
                policy.getSpec().getPolicyTypes().containsAll(List.of("Ingress", "Egress")),
                policy,
                "says nothing of a direction"));
    }
}
