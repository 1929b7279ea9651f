package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.TrainingResources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code model_params.resources}, and names everything that is wrong with it by its path. */
final class RequestedResources {
    private static final Pattern CPU =
            Pattern.compile("[1-9][0-9]{0,6}m|[1-9][0-9]{0,3}(\\.[0-9]{1,3})?|0\\.[0-9]{1,3}");
    private static final Pattern BYTES = Pattern.compile("[1-9][0-9]{0,14}(Ki|Mi|Gi|Ti|k|M|G|T)?");
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
    private static final Pattern QUALIFIED = Pattern.compile("([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?" + NAME);
    private static final Pattern LABEL = Pattern.compile("(" + NAME + ")?");
    private static final Pattern GPU = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/" + NAME);
    private static final Pattern OBJECT = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Set<String> RUNTIMES = Set.of("job", "argo", "kubeflow");
    private static final int MOST_LABELS = 32;
    private static final Set<String> KNOWN = Set.of(
            "cpu",
            "memory",
            "gpus",
            "gpu_resource",
            "node_selector",
            "deadline_seconds",
            "retries",
            "output_size",
            "runtime",
            "workers",
            "priority",
            "queue");

    private final String path;
    private final Map<?, ?> given;
    private final List<String> violations = new ArrayList<>();

    private RequestedResources(String path, Map<?, ?> given) {
        this.path = path;
        this.given = given;
    }

    /** @throws io.mlaas.kit.problem.ProblemException that lists every violation */
    static TrainingResources parse(String path, Object given) {
        if (!(given instanceof Map<?, ?> members)) {
            throw RegistryProblem.INVALID_METADATA.because(
                    "%s: %s (expected: an object)".formatted(path, shown(given)));
        }
        return new RequestedResources(path, members).read();
    }

    private TrainingResources read() {
        given.keySet().stream()
                .map(String::valueOf)
                .filter(name -> !KNOWN.contains(name))
                .sorted()
                .forEach(name -> violations.add(path + "." + name + ": unknown (expected: one of "
                        + String.join(", ", KNOWN.stream().sorted().toList()) + ")"));
        TrainingResources read = new TrainingResources(
                text("cpu", CPU, "CPUs like 4 or 500m"),
                text("memory", BYTES, "bytes like 512Mi or 16Gi"),
                number("gpus", 0, 64),
                text("gpu_resource", GPU, "a resource like nvidia.com/gpu"),
                labels("node_selector"),
                deadline(),
                number("retries", 0, 20),
                text("output_size", BYTES, "bytes like 10Gi"),
                runtime(),
                number("workers", 1, 256),
                number("priority", -1000, 1000),
                text("queue", OBJECT, "the name of a LocalQueue"));
        Integer workers = read.workers();
        if (workers != null && workers > 1 && !"kubeflow".equals(read.runtime())) {
            violate("workers", workers, "1, as only the runtime kubeflow has several");
        }
        if (!violations.isEmpty()) {
            throw RegistryProblem.INVALID_METADATA.because(String.join("; ", violations));
        }
        return read;
    }

    private @Nullable String text(String name, Pattern form, String expected) {
        return value(
                name,
                value -> {
                    String text = value instanceof String || value instanceof Number ? value.toString() : "";
                    return form.matcher(text).matches() ? text : null;
                },
                expected);
    }

    private @Nullable String runtime() {
        return value(
                "runtime",
                value -> {
                    String text = value.toString().toLowerCase(Locale.ROOT);
                    return RUNTIMES.contains(text) ? text : null;
                },
                "job, argo or kubeflow");
    }

    private @Nullable Integer number(String name, int least, int most) {
        Long number = whole(name, least, most);
        return number == null ? null : Math.toIntExact(number);
    }

    private @Nullable Long deadline() {
        return whole("deadline_seconds", 1, 30L * 24 * 3600);
    }

    private @Nullable Long whole(String name, long least, long most) {
        return value(
                name,
                value -> {
                    if (!(value instanceof Integer || value instanceof Long)) {
                        return null;
                    }
                    long number = ((Number) value).longValue();
                    return number >= least && number <= most ? number : null;
                },
                "a whole number from " + least + " to " + most);
    }

    private @Nullable Map<String, String> labels(String name) {
        return value(
                name,
                value -> {
                    if (!(value instanceof Map<?, ?> members) || members.size() > MOST_LABELS) {
                        return null;
                    }
                    Map<String, String> labels = new TreeMap<>();
                    members.forEach((key, label) -> {
                        String at = name + "." + key;
                        if (!QUALIFIED.matcher(String.valueOf(key)).matches()) {
                            violate(at, String.valueOf(key), "a label's name");
                        } else if (!(label instanceof String text)
                                || !LABEL.matcher(text).matches()) {
                            violate(at, String.valueOf(label), "a label's value");
                        } else {
                            labels.put(String.valueOf(key), text);
                        }
                    });
                    return labels;
                },
                "an object of at most " + MOST_LABELS + " labels");
    }

    private <T> @Nullable T value(String name, Function<Object, @Nullable T> read, String expected) {
        Object value = given.get(name);
        if (value == null) {
            return null;
        }
        T result = read.apply(value);
        if (result == null) {
            violate(name, value, expected);
        }
        return result;
    }

    private void violate(String name, Object value, String expected) {
        violations.add("%s.%s: %s (expected: %s)".formatted(path, name, shown(value), expected));
    }

    private static String shown(Object value) {
        String text = value.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
