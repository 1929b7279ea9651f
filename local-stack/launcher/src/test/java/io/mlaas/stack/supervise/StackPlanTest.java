package io.mlaas.stack.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.stack.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackPlanTest {

    @TempDir
    Path folder;

    @BeforeEach
    void buildTheTrainers() throws IOException {
        for (String module : List.of("trainer", "ppfl-trainer")) {
            Path target = Files.createDirectories(folder.resolve(module).resolve("target"));
            Files.writeString(target.resolve("classpath"), "/lib/a.jar:/lib/b.jar");
        }
    }

    @Test
    void everyMemberStartsAfterWhatItStandsOn() {
        List<StackPlan.Entry> entries = plan(Settings.defaults()).entries();
        List<String> names =
                entries.stream().map(entry -> entry.server().name()).toList();
        assertThat(StackPlan.NAMES).containsAll(names);
        assertThat(names)
                .containsAll(StackPlan.NAMES.stream()
                        .filter(name -> !name.equals(StackPlan.PROMETHEUS))
                        .toList());
        assertThat(entries)
                .filteredOn(entry -> entry.server().name().equals("model-sharing"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.after()).containsExactly("postgres", "kafka", "s3"));
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        assertThat(plan(new Settings(Map.of(), Set.of("mqtt", "translation"))).entries())
                .extracting(entry -> entry.server().name())
                .doesNotContain("mqtt", "translation")
                .contains("training");
    }

    @Test
    void tellsAServiceWhereTheOthersAre() throws Exception {
        Settings settings = new Settings(Map.of("postgres", 1001, "keycloak", 1002, "blockchain", 1003), Set.of());
        Map<String, String> environment = plan(settings).environment("model-sharing");
        assertThat(environment)
                .containsEntry("SERVER_ADDRESS", "127.0.0.1")
                .containsEntry("SERVER_PORT", "18101")
                .containsEntry("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1001/mlaas?currentSchema=sharing")
                .containsEntry("SPRING_DATASOURCE_USERNAME", "sharing")
                .containsEntry("SPRING_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:19092")
                .containsEntry("MLAAS_SECURITY_ISSUER", "http://127.0.0.1:1002/realms/mlaas")
                .containsEntry("MLAAS_SERVICES_BLOCKCHAIN", "http://127.0.0.1:1003")
                .containsEntry("MLAAS_SHARING_S3_ENDPOINT", "http://127.0.0.1:19000")
                .doesNotContainKeys("MLAAS_BLOCKCHAIN_MASTERKEYFILE", "MLAAS_SHARING_MASTERKEY");
        Path keys = Path.of(environment.get("MLAAS_SHARING_MASTERKEYFILE"));
        assertThat(Base64.getDecoder().decode(Files.readString(keys).strip())).hasSize(32);
    }

    @Test
    void theGatewayHasNoDatabase() {
        assertThat(plan(Settings.defaults()).environment("gateway")).doesNotContainKey("SPRING_DATASOURCE_URL");
    }

    @Test
    void tellsOnlineLearningOfTheBrokerIfThereIsOne() {
        assertThat(plan(Settings.defaults()).environment("online-learning"))
                .containsEntry("MLAAS_MQTT_URL", "tcp://127.0.0.1:11883")
                .containsEntry("MLAAS_MQTT_USERNAME", "mlaas-operator")
                .containsEntry(
                        "MLAAS_MQTT_PASSWORD",
                        new Secrets(new Home(folder).state().resolve("secrets")).password("mqtt-operator"));
        assertThat(plan(new Settings(Map.of(), Set.of("mqtt"))).environment("online-learning"))
                .doesNotContainKey("MLAAS_MQTT_URL");
    }

    @Test
    void tellsFederatedLearningWhereDataOwnersJoin() throws Exception {
        Settings settings = new Settings(Map.of("ppfl", 1001, "ppfl-grpc", 1002), Set.of());
        Map<String, String> environment = plan(settings).environment("ppfl");
        assertThat(environment)
                .containsEntry("SERVER_PORT", "1001")
                .containsEntry("SPRING_DATASOURCE_USERNAME", "ppfl")
                .containsEntry("MLAAS_PPFL_FEDERATION_PORT", "1002")
                .containsEntry("MLAAS_PPFL_FEDERATION_PUBLICADDRESS", "localhost:1002");
        assertThat(Files.readString(Path.of(environment.get("MLAAS_PPFL_MASTERKEYFILE"))))
                .isNotBlank();
        assertThat(plan(settings).environment("gateway")).containsEntry("MLAAS_SERVICES_PPFL", "http://127.0.0.1:1001");
    }

    @Test
    void tellsTheTrainerAsACommandAndTheFilesThatMakeItUp() {
        Map<String, String> environment = plan(Settings.defaults()).environment("training");
        assertThat(environment)
                .containsEntry("MLAAS_TRAINING_IMAGES_0_REFERENCE", "mlaas/trainer:1")
                .containsEntry(
                        "MLAAS_TRAINING_IMAGES_0_FILES_0",
                        folder.resolve("trainer/target/classes").toString())
                .containsEntry("MLAAS_TRAINING_IMAGES_0_FILES_2", "/lib/b.jar")
                .containsEntry(
                        "MLAAS_TRAINING_IMAGES_0_ENVIRONMENT_DJL_CACHE_DIR",
                        Path.of(System.getProperty("user.home"), ".djl.ai").toString());
        assertThat(environment.get("MLAAS_TRAINING_IMAGES_0_COMMAND_0")).endsWith("/bin/java");
        assertThat(environment).containsEntry("MLAAS_TRAINING_IMAGES_1_REFERENCE", "mlaas/federated:1");
    }

    @Test
    void tellsOfFrameworksThatAreInstalledAndOfNoOthers() throws IOException {
        Home home = new Home(folder);
        assertThat(TrainingImages.of(home, folder).images())
                .extracting(TrainingImages.Image::reference)
                .containsExactly("mlaas/trainer:1", "mlaas/federated:1");
        Path flower = Files.createDirectories(folder.resolve("frameworks/flower"));
        Files.createDirectories(folder.resolve("frameworks/flare/venv"));
        Files.writeString(flower.resolve("version"), "1");

        Map<String, String> environment = new HashMap<>();
        TrainingImages.of(home, folder).into(environment);
        assertThat(environment)
                .containsEntry("MLAAS_TRAINING_IMAGES_2_REFERENCE", "mlaas/flower:1")
                .containsEntry("MLAAS_TRAINING_IMAGES_2_FILES_0", flower.toString())
                .containsEntry(
                        "MLAAS_TRAINING_IMAGES_2_COMMAND_1",
                        flower.resolve("program/job.py").toString())
                .doesNotContainKey("MLAAS_TRAINING_IMAGES_3_REFERENCE");
    }

    @Test
    void secretsAreMadeOnceAndForTheirOwnerAlone() throws IOException {
        Secrets secrets = new Secrets(folder.resolve("secrets"));
        String made = secrets.password("one");
        assertThat(made).matches("[A-Za-z0-9_-]{43}");
        assertThat(new Secrets(folder.resolve("secrets")).password("one")).isEqualTo(made);
        assertThat(secrets.password("two")).isNotEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("secrets/one"))))
                .isEqualTo("rw-------");
    }

    private StackPlan plan(Settings settings) {
        return new StackPlan(new Home(folder), settings);
    }
}
