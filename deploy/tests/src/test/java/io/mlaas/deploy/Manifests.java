package io.mlaas.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What was rendered, as typed objects of Kubernetes. */
record Manifests(List<HasMetadata> objects) {

    static final Pattern SEPARATOR = Pattern.compile("(?m)^---.*$");

    /** A pod as it would be made, and who makes it. */
    record PodOf(HasMetadata owner, ObjectMeta metadata, PodSpec spec) {
        @Override
        public String toString() {
            return name(owner);
        }
    }

    static Manifests of(String yaml) {
        return new Manifests(SEPARATOR
                .splitAsStream(yaml)
                .filter(document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
                .map(Manifests::typed)
                .toList());
    }

    private static HasMetadata typed(String document) {
        Object object = Serialization.unmarshal(document);
        if (object instanceof GenericKubernetesResource unknown
                && !UnknownFields.OF_OTHERS.containsKey(unknown.getKind())) {
            throw new IllegalArgumentException("%s %s: no kind that Kubernetes or this test knows"
                    .formatted(unknown.getApiVersion(), unknown.getKind()));
        }
        return (HasMetadata) object;
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
        return all(type).stream()
                .filter(each -> Objects.equals(each.getMetadata().getName(), name))
                .findFirst();
    }

    <T extends HasMetadata> T get(Class<T> type, String name) {
        return find(type, name)
                .orElseThrow(() -> new AssertionError("no %s %s among %s"
                        .formatted(
                                type.getSimpleName(),
                                name,
                                all(type).stream().map(Manifests::name).toList())));
    }

    List<PodOf> pods() {
        return objects.stream().flatMap(Manifests::podOf).toList();
    }

    private static Stream<PodOf> podOf(HasMetadata object) {
        return switch (object) {
            case Pod pod -> Stream.of(new PodOf(pod, pod.getMetadata(), pod.getSpec()));
            case Deployment deployment ->
                Stream.of(new PodOf(
                        deployment,
                        deployment.getSpec().getTemplate().getMetadata(),
                        deployment.getSpec().getTemplate().getSpec()));
            case StatefulSet set ->
                Stream.of(new PodOf(
                        set,
                        set.getSpec().getTemplate().getMetadata(),
                        set.getSpec().getTemplate().getSpec()));
            case Job job ->
                Stream.of(new PodOf(
                        job,
                        job.getSpec().getTemplate().getMetadata(),
                        job.getSpec().getTemplate().getSpec()));
            default -> Stream.empty();
        };
    }

    static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
