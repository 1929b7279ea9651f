package io.mlaas.stack.supervise;

import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * What of the stack is started and on which ports.
 *
 * @param ports by name; 0 chooses a free one
 * @param without servers and services that are left out
 * @param environment what is set in a service's environment beside what the stack sets, by {@code SERVICE.NAME}
 */
public record Settings(Map<String, Integer> ports, Set<String> without, Map<String, String> environment) {

    /** Every port of the stack and where it is unless told otherwise. */
    public static final Map<String, Integer> DEFAULT_PORTS = defaultPorts();

    public Settings {
        ports = Map.copyOf(ports);
        without = Set.copyOf(without);
        environment = Map.copyOf(environment);
        ports.forEach((name, port) -> {
            known("port", name, DEFAULT_PORTS.keySet());
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port %s: %d (expected: 0..65535)".formatted(name, port));
            }
        });
        without.forEach(name -> known("without", name, StackPlan.NAMES));
        environment.keySet().forEach(key -> {
            int dot = key.indexOf('.');
            if (dot < 0 || dot == key.length() - 1) {
                throw new IllegalArgumentException("set: %s (expected: SERVICE.NAME)".formatted(key));
            }
            known("set", key.substring(0, dot), StackPlan.SERVICE_NAMES);
        });
    }

    public Settings(Map<String, Integer> ports, Set<String> without) {
        this(ports, without, Map.of());
    }

    public static Settings defaults() {
        return new Settings(Map.of(), Set.of());
    }

    /** Lines {@code port.NAME = NUMBER}, {@code without = NAME, NAME} and {@code set.SERVICE.NAME = VALUE}. */
    public static Settings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, Integer> ports = new LinkedHashMap<>();
        Set<String> without = new LinkedHashSet<>();
        Map<String, String> environment = new LinkedHashMap<>();
        for (String key : properties.stringPropertyNames()) {
            String value = properties.getProperty(key).strip();
            if (key.startsWith("port.")) {
                ports.put(key.substring("port.".length()), number(key, value));
            } else if (key.startsWith("set.")) {
                environment.put(key.substring("set.".length()), value);
            } else if (key.equals("without")) {
                without.addAll(Arrays.stream(value.split("[,\\s]+"))
                        .filter(n -> !n.isEmpty())
                        .toList());
            } else {
                throw new IllegalArgumentException(
                        "%s: %s (expected: port.NAME, without or set.SERVICE.NAME)".formatted(file, key));
            }
        }
        return new Settings(ports, without, environment);
    }

    /** These, with the others' ports and variables in place of ours and both left out. */
    public Settings overriddenBy(Settings other) {
        Map<String, Integer> both = new LinkedHashMap<>(ports);
        both.putAll(other.ports);
        Set<String> left = new LinkedHashSet<>(without);
        left.addAll(other.without);
        Map<String, String> set = new LinkedHashMap<>(environment);
        set.putAll(other.environment);
        return new Settings(both, left, set);
    }

    /** The ports of what is not left out, by name; 0 where a free one is chosen. Without Prometheus, which not everybody has. */
    public Map<String, Integer> usedPorts() {
        Map<String, Integer> used = new LinkedHashMap<>();
        DEFAULT_PORTS.forEach((name, port) -> {
            if (!name.equals(StackPlan.PROMETHEUS)
                    && without.stream().noneMatch(left -> name.equals(left) || name.startsWith(left + "-"))) {
                used.put(name, ports.getOrDefault(name, port));
            }
        });
        return used;
    }

    /** The same with a number in place of each 0. */
    Settings withFreePortsChosen() {
        Map<String, Integer> chosen = new LinkedHashMap<>();
        DEFAULT_PORTS.forEach((name, port) -> chosen.put(name, Ports.orFree(ports.getOrDefault(name, port))));
        return new Settings(chosen, without, environment);
    }

    /** What is to be set in the environment of one service, by name. */
    Map<String, String> environmentOf(String service) {
        Map<String, String> own = new LinkedHashMap<>();
        environment.forEach((key, value) -> {
            if (key.startsWith(service + ".")) {
                own.put(key.substring(service.length() + 1), value);
            }
        });
        return own;
    }

    int port(String name) {
        Integer port = ports.getOrDefault(name, DEFAULT_PORTS.get(name));
        if (port == null) {
            throw new IllegalArgumentException(
                    "port: %s (expected: one of %s)".formatted(name, DEFAULT_PORTS.keySet()));
        }
        return port;
    }

    private static void known(String what, String name, Iterable<String> names) {
        for (String one : names) {
            if (one.equals(name)) {
                return;
            }
        }
        throw new IllegalArgumentException("%s: %s (expected: one of %s)".formatted(what, name, names));
    }

    private static int number(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s: %s (expected: a number)".formatted(key, value), e);
        }
    }

    private static Map<String, Integer> defaultPorts() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("gateway", 8080);
        ports.put("postgres", 15_432);
        ports.put("kafka", 19_092);
        ports.put("kafka-controller", 19_093);
        ports.put("mqtt", 11_883);
        ports.put("s3", 19_000);
        ports.put("evm", 18_545);
        ports.put("keycloak", 18_081);
        ports.put("keycloak-management", 18_082);
        ports.put("model-sharing", 18_101);
        ports.put("blockchain", 18_102);
        ports.put("training", 18_103);
        ports.put("translation", 18_104);
        ports.put("online-learning", 18_105);
        ports.put("monitoring", 18_106);
        ports.put("ppfl", 18_107);
        ports.put("ppfl-grpc", 18_117);
        ports.put("online-learning-grpc", 18_155);
        ports.put("prometheus", 19_090);
        return java.util.Collections.unmodifiableMap(ports);
    }

    /** Names as a reader wants them: in the order of {@link StackPlan#NAMES}. */
    static List<String> ordered(Set<String> names) {
        return StackPlan.NAMES.stream().filter(names::contains).toList();
    }
}
