package io.mlaas.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fabric8's model keeps what it does not know aside; that is what this finds, wherever it is. */
final class UnknownFields {

    /** Fields of the specifications of kinds that Fabric8 has no classes for, as far as this platform uses them. */
    static final Map<String, Set<String>> OF_OTHERS = Map.of(
            "ServiceMonitor", Set.of("jobLabel", "selector", "namespaceSelector", "endpoints"),
            "PrometheusRule", Set.of("groups"));

    private static final String ASIDE = "additionalProperties";

    private final List<String> found = new ArrayList<>();

    /** Paths like {@code .spec.template.spec.containers[0].imag}. */
    static List<String> in(Object object) {
        UnknownFields unknown = new UnknownFields();
        if (object instanceof GenericKubernetesResource other) {
            unknown.other(other);
        } else {
            unknown.walk("", object);
        }
        return unknown.found;
    }

    private void other(GenericKubernetesResource object) {
        Set<String> known = Objects.requireNonNull(OF_OTHERS.get(object.getKind()), object.getKind());
        object.getAdditionalProperties().keySet().stream()
                .filter(key -> !key.equals("spec"))
                .forEach(key -> found.add("." + key));
        Map<String, Object> spec = object.get("spec");
        spec.keySet().stream().filter(key -> !known.contains(key)).forEach(key -> found.add(".spec." + key));
    }

    private void walk(String path, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Collection<?> list -> {
                int i = 0;
                for (Object each : list) {
                    walk(path + "[" + i++ + "]", each);
                }
            }
            case Map<?, ?> map -> map.forEach((key, each) -> walk(path + "." + key, each));
            default -> {
                if (value.getClass().getName().startsWith("io.fabric8.")
                        && !value.getClass().isEnum()) {
                    fields(path, value);
                }
            }
        }
    }

    private void fields(String path, Object object) {
        for (Class<?> type = object.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field(path, object, field);
                }
            }
        }
    }

    private void field(String path, Object object, Field field) {
        Object value;
        try {
            field.setAccessible(true);
            value = field.get(object);
        } catch (IllegalAccessException | InaccessibleObjectException e) {
            throw new IllegalStateException(field.toString(), e);
        }
        if (field.getName().equals(ASIDE) && value instanceof Map<?, ?> aside) {
            aside.keySet().forEach(key -> found.add(path + "." + key));
        } else {
            walk(path + "." + field.getName(), value);
        }
    }
}
