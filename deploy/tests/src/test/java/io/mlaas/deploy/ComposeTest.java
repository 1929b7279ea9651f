package io.mlaas.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** docker-compose.yml, without anything to run it. */
class ComposeTest {
    private static final String FILE = Chart.read(Chart.REPOSITORY.resolve("docker-compose.yml"));
    private static final String POM = Chart.read(Chart.REPOSITORY.resolve("pom.xml"));
    private static final Map<String, Object> COMPOSE = parsed(FILE);
    private static final Map<String, Object> SERVICES = map(COMPOSE.get("services"));
    private static final Pattern MODULE =
            Pattern.compile("<module>([a-z-]+-service|ppfl-api|trainer|ppfl-trainer)</module>");
    /** Gives new volumes to users that images do not know; root, but with nothing else. */
    private static final String ROOT = "volumes-of-strangers";

    @Test
    void hasEveryServiceOfTheReactor() {
        List<String> modules =
                MODULE.matcher(POM).results().map(found -> found.group(1)).toList();
        assertThat(modules).hasSizeGreaterThanOrEqualTo(9);
        for (String module : modules) {
            String name = module.equals("ppfl-trainer") ? "federated" : module;
            assertThat(SERVICES).containsKey(name);
            assertThat(image(name)).startsWith("${MLAAS_IMAGES:-mlaas}/" + name + ":${MLAAS_VERSION:-");
        }
    }

    /** Jobs of the built-in images run from the volumes that their images fill. */
    @Test
    void lendsTheBuiltInTrainingImagesToTheTrainingService() {
        Map<String, Object> environment =
                map(map(SERVICES.get("training-service")).get("environment"));
        List<Object> volumes = list(map(SERVICES.get("training-service")).get("volumes"));
        List<String> lenders = List.of("trainer", "federated");
        for (int n = 0; n < lenders.size(); n++) {
            String lender = lenders.get(n);
            String image = "MLAAS_TRAINING_IMAGES_" + n + "_";
            assertThat(environment)
                    .containsEntry(image + "REFERENCE", "mlaas/" + lender + ":1")
                    .containsEntry(image + "FILES_0", "/opt/" + lender + "/lib")
                    .containsEntry(image + "COMMAND_5", "/opt/" + lender + "/lib/*");
            assertThat(volumes).contains(lender + ":/opt/" + lender + ":ro");
            assertThat(list(map(SERVICES.get(lender)).get("volumes"))).containsExactly(lender + ":/app");
            assertThat(map(map(SERVICES.get("training-service")).get("depends_on")))
                    .containsKey(lender);
        }
    }

    @Test
    void pinsTheVersionOfEveryImage() {
        String version = POM.replaceAll("(?s).*?<artifactId>mlaas</artifactId>\\s*<version>([^<]+)</version>.*", "$1");
        for (String service : SERVICES.keySet()) {
            assertThat(image(service))
                    .as(service)
                    .matches(
                            "(?:[a-z.]+/[a-z/]+:v?[0-9][0-9a-z.-]+|\\$\\{MLAAS_IMAGES:-mlaas}/[a-z0-9-]+:\\$\\{MLAAS_VERSION:-"
                                    + Pattern.quote(version) + "})");
        }
    }

    @Test
    void runsTheSameServersAsTheChart() {
        String values = Chart.read(Chart.FOLDER.resolve("values.yaml"));
        for (String service : List.of("postgres", "kafka", "besu", "keycloak", "prometheus")) {
            String[] image = image(service).split("[:]", -1);
            String repository = image[0].replaceFirst("^[a-z.]+/(?:library/)?", "");
            assertThat(values).contains("repository: " + repository + ", tag: \"" + image[1] + "\"");
        }
    }

    @Test
    void confinesEveryContainer() {
        SERVICES.forEach((name, definition) -> {
            Map<String, Object> service = map(definition);
            assertThat(service).as(name).containsEntry("read_only", true).containsEntry("cap_drop", List.of("ALL"));
            assertThat(service).containsEntry("security_opt", List.of("no-new-privileges:true"));
            assertThat(service).containsKeys("mem_limit", "cpus", "pids_limit", "tmpfs", "restart");
            assertThat(service).doesNotContainKeys("privileged", "pid", "ipc", "devices");
            assertThat(String.valueOf(service.get("user")))
                    .as(name)
                    .matches(name.equals(ROOT) ? "0:0" : "[1-9][0-9]*:[0-9]+");
            assertThat(FILE).doesNotContain("docker.sock");
        });
    }

    @Test
    void publishesOnlyWhatPeopleUseAndOnlyHere() {
        Set<String> published = new TreeSet<>();
        SERVICES.forEach((name, definition) -> {
            List<Object> ports = list(map(definition).get("ports"));
            if (!ports.isEmpty()) {
                published.add(name);
                assertThat(ports)
                        .allSatisfy(port -> assertThat(String.valueOf(port)).startsWith("127.0.0.1:"));
            }
        });
        assertThat(published).containsExactly("gateway-service", "grafana", "keycloak", "ppfl-api");
    }

    @Test
    void waitsForConditionsThatCanBecomeTrue() {
        SERVICES.forEach(
                (name, definition) -> map(map(definition).get("depends_on")).forEach((other, condition) -> {
                    String wanted = String.valueOf(map(condition).get("condition"));
                    Map<String, Object> awaited = map(SERVICES.get(other));
                    assertThat(awaited).as(name + " waits for " + other).isNotEmpty();
                    if (wanted.equals("service_completed_successfully")) {
                        assertThat(awaited).containsEntry("restart", "no");
                    } else {
                        assertThat(wanted).isEqualTo("service_healthy");
                        // the images of the services have a health check of their own
                        assertThat(isOurs(other) || awaited.containsKey("healthcheck"))
                                .as(other + " has a health check")
                                .isTrue();
                    }
                }));
    }

    @Test
    void takesSecretsFromFilesThatAreNotCommitted() {
        assertThat(Chart.read(Chart.REPOSITORY.resolve(".gitignore")).lines()).contains("deploy/compose/secrets/");
        Map<String, Object> declared = map(COMPOSE.get("secrets"));
        declared.forEach(
                (name, secret) -> assertThat(secret).isEqualTo(Map.of("file", "./deploy/compose/secrets/" + name)));
        Set<String> used = new TreeSet<>();
        SERVICES.forEach((name, definition) -> {
            for (Object secret : list(map(definition).get("secrets"))) {
                used.add(
                        secret instanceof Map<?, ?> long_
                                ? String.valueOf(long_.get("source"))
                                : String.valueOf(secret));
            }
            map(map(definition).get("environment")).forEach((variable, value) -> {
                if (variable.matches(".*(PASSWORD|SECRET|SECRETKEY|MASTERKEY|TOKEN)$")) {
                    assertThat(value)
                            .as(name + ": " + variable + " (expected: a file)")
                            .isNull();
                }
            });
        });
        assertThat(used).isEqualTo(new TreeSet<>(declared.keySet()));
    }

    @Test
    void givesServicesOnlyVariablesThatAreDocumented() {
        for (String service : SERVICES.keySet()) {
            if (!isOurs(service)) {
                continue;
            }
            String documented = plain(Chart.read(Chart.REPOSITORY.resolve("docs/configuration.md"))
                    + Chart.read(Chart.REPOSITORY.resolve(service + "/README.md")));
            Stream.concat(
                            map(map(SERVICES.get(service)).get("environment")).keySet().stream(),
                            list(map(SERVICES.get(service)).get("secrets")).stream()
                                    .filter(Map.class::isInstance)
                                    .map(secret -> String.valueOf(map(secret).get("target"))))
                    .flatMap(name -> names(name).stream())
                    .forEach(name -> assertThat(documented)
                            .as(service + ": " + name + " is in docs/configuration.md or its README")
                            .contains(plain(name)));
        }
    }

    private static boolean isOurs(String service) {
        return service.endsWith("-service") || service.equals("ppfl-api");
    }

    /** The parts of a name that tables write out: the last one, without numbers of lists and keys of maps. */
    private static List<String> names(String name) {
        if (name.equals("JAVA_TOOL_OPTIONS") || name.equals("SPRING_CONFIG_IMPORT")) {
            return List.of();
        }
        String[] parts = name.replaceAll("(?i)_ENVIRONMENT_.*", "_ENVIRONMENT")
                .replaceAll("_[0-9]+", "")
                .split("[_.]", -1);
        return new ArrayList<>(List.of(parts[parts.length - 1]));
    }

    private static String plain(String text) {
        return text.replaceAll("[-_]", "").toUpperCase(Locale.ROOT);
    }

    private static String image(String service) {
        return String.valueOf(map(SERVICES.get(service)).get("image"));
    }

    private static Map<String, Object> parsed(String text) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        return map(new Yaml(new SafeConstructor(strict)).load(text));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }
}
