package io.mlaas.stack.supervise;

import io.mlaas.realm.RealmProblem;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.server.EvmNode;
import io.mlaas.stack.server.KafkaServer;
import io.mlaas.stack.server.KeycloakServer;
import io.mlaas.stack.server.MqttServer;
import io.mlaas.stack.server.Place;
import io.mlaas.stack.server.PostgresServer;
import io.mlaas.stack.server.PrometheusServer;
import io.mlaas.stack.server.S3Server;
import io.mlaas.stack.server.Server;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The members of the stack, what each waits for, and how they are told of one another. */
final class StackPlan {

    /** One member. {@code heavy}: its start keeps a processor busy for seconds. */
    record Entry(Server server, List<String> after, boolean heavy) {}

    /**
     * A service's place in the stack.
     *
     * @param schema its schema and role in PostgreSQL, or empty
     * @param after what must answer before it is started; the gateway needs no PostgreSQL, but would
     *     otherwise be ahead of Keycloak, which takes longest
     */
    private record Service(String name, String schema, int megabytes, List<String> after) {
        String module() {
            return name.equals("ppfl") ? "ppfl-api" : name + "-service";
        }
    }

    private static final List<Service> SERVICES = List.of(
            new Service("blockchain", "blockchain", 224, List.of("postgres", "kafka", "evm")),
            new Service("model-sharing", "sharing", 288, List.of("postgres", "kafka", "s3")),
            new Service("training", "training", 224, List.of("postgres", "kafka")),
            new Service("translation", "translation", 320, List.of("postgres", "kafka")),
            new Service("online-learning", "learning", 320, List.of("postgres", "kafka")),
            new Service("monitoring", "monitoring", 320, List.of("postgres", "kafka")),
            new Service("ppfl", "ppfl", 320, List.of("postgres", "kafka")),
            new Service("gateway", "", 288, List.of("postgres")));

    static final List<String> SERVICE_NAMES =
            SERVICES.stream().map(Service::name).toList();

    private static final String ONLINE_LEARNING_GRPC = "online-learning-grpc";

    /** Where clients of federations come, with certificates of their own and not through the gateway. */
    private static final String PPFL_GRPC = "ppfl-grpc";

    /** Part of the stack only where the machine has it. */
    static final String PROMETHEUS = "prometheus";

    private static final int SCRAPE_SECONDS = 15;

    /** Every member, in the order in which they are shown. */
    static final List<String> NAMES = List.of(
            "postgres",
            "kafka",
            "mqtt",
            "s3",
            "evm",
            "keycloak",
            "blockchain",
            "model-sharing",
            "training",
            "translation",
            "online-learning",
            "monitoring",
            "ppfl",
            "gateway",
            PROMETHEUS);

    /** Who depends on others goes before them: services, then what they stood on, PostgreSQL at last. */
    static final List<List<String>> STOP_ORDER = List.of(
            List.of(
                    PROMETHEUS,
                    "gateway",
                    "ppfl",
                    "monitoring",
                    "online-learning",
                    "training",
                    "translation",
                    "model-sharing",
                    "blockchain"),
            List.of("keycloak", "mqtt", "s3", "kafka", "evm"),
            List.of("postgres"));

    private static final String MQTT_OPERATOR = "mlaas-operator";
    private static final String MQTT_CLIENT = "mqtt-broker";

    private final Home home;
    private final Settings settings;
    private final Secrets secrets;
    private final Path logs;
    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final MqttServer mqtt;
    private final S3Server s3;
    private final EvmNode evm;
    private final KeycloakServer keycloak;

    StackPlan(Home home, Settings settings) {
        this.home = home;
        this.settings = settings;
        this.secrets = new Secrets(home.state().resolve("secrets"));
        this.logs = home.state().resolve("logs");
        postgres = new PostgresServer(new PostgresServer.Config(
                place("postgres"), settings.port("postgres"), secrets.password("postgres-superuser")));
        kafka = new KafkaServer(
                new KafkaServer.Config(place("kafka"), settings.port("kafka"), settings.port("kafka-controller")));
        s3 = new S3Server(
                new S3Server.Config(place("s3"), settings.port("s3"), "mlaas-admin", secrets.password("s3-admin")));
        evm = new EvmNode(new EvmNode.Config(place("evm"), settings.port("evm")));
        keycloak = new KeycloakServer(new KeycloakServer.Config(
                place("keycloak"),
                settings.port("keycloak"),
                settings.port("keycloak-management"),
                postgres.jdbcUrl(Databases.KEYCLOAK),
                Databases.KEYCLOAK,
                secrets.password("postgres-keycloak"),
                secrets.password("keycloak-bootstrap"),
                KeycloakServer.SERVICES.stream()
                        .collect(Collectors.toMap(client -> client, client -> secrets.password("client-" + client)))));
        mqtt = new MqttServer(new MqttServer.Config(
                place("mqtt"),
                settings.port("mqtt"),
                MQTT_OPERATOR,
                secrets.password("mqtt-operator"),
                new MqttServer.Devices(
                        address("online-learning") + "/internal/devices/authenticate",
                        keycloak.tokenUri(),
                        MQTT_CLIENT,
                        secrets.password("client-" + MQTT_CLIENT))));
    }

    /** In the order in which starting them is worth most: who keeps others waiting comes first. */
    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry(postgres, List.of(), false));
        entries.add(new Entry(evm, List.of(), false));
        entries.add(new Entry(kafka, List.of(), true));
        entries.add(new Entry(keycloak, List.of("postgres"), true));
        entries.add(new Entry(s3, List.of(), true));
        for (Service service : SERVICES) {
            entries.add(new Entry(program(service), service.after(), true));
        }
        entries.add(new Entry(mqtt, List.of("postgres"), true));
        if (hasPrometheus()) {
            entries.add(
                    new Entry(prometheus(PrometheusServer.program(home).orElseThrow()), List.of("postgres"), false));
        }
        entries.removeIf(entry -> settings.without().contains(entry.server().name()));
        return entries;
    }

    private boolean hasPrometheus() {
        return !settings.without().contains(PROMETHEUS)
                && PrometheusServer.program(home).isPresent();
    }

    private PrometheusServer prometheus(Path program) {
        Map<String, String> targets = SERVICES.stream()
                .filter(service -> !settings.without().contains(service.name()))
                .collect(Collectors.toMap(Service::module, service -> "127.0.0.1:" + settings.port(service.name())));
        return new PrometheusServer(new PrometheusServer.Config(
                place(PROMETHEUS), settings.port(PROMETHEUS), program, targets, SCRAPE_SECONDS));
    }

    EvmNode evm() {
        return evm;
    }

    /** Asks the running blockchain service; empty if it does not answer. */
    Optional<ChainAddress> chainAddress() {
        String client = "gateway-service";
        String token = new Tokens(keycloak.tokenUri()).forService(client, secrets.password("client-" + client));
        return ChainAddress.ask(address("blockchain"), token, evm.url());
    }

    /** After PostgreSQL answers and before anybody uses it. */
    void createDatabases() throws SQLException {
        Map<String, String> schemas = new LinkedHashMap<>();
        for (Service service : SERVICES) {
            if (!service.schema().isEmpty()) {
                schemas.put(service.schema(), secrets.password("postgres-" + service.schema()));
            }
        }
        new Databases(postgres).create(secrets.password("postgres-keycloak"), schemas);
    }

    /**
     * After Keycloak answers: adds what the realm of an older version lacks. If that cannot be done the stack goes on with the
     * realm there is, and says so: most of it may work, and who removed the first administrator meant it.
     */
    void updateRealm(Progress progress) {
        try {
            keycloak.updateRealm().forEach(added -> progress.added(keycloak.name(), added));
        } catch (RealmProblem e) {
            progress.problem(
                    keycloak.name(),
                    "the realm could not be brought up to date, the next start tries again: " + e.getMessage());
        }
    }

    private Place place(String name) {
        return new Place(home, home.state().resolve("data").resolve(name), logs.resolve(name + ".log"));
    }

    private ServiceProgram program(Service service) {
        Supplier<Map<String, String>> environment = () -> environment(service);
        return new ServiceProgram(
                home,
                logs.resolve(service.name() + ".log"),
                new ServiceProgram.Definition(
                        service.name(), service.module(), ports(service), service.megabytes(), environment));
    }

    private Map<String, Integer> ports(Service service) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("http", settings.port(service.name()));
        switch (service.name()) {
            case "online-learning" -> ports.put("grpc", settings.port(ONLINE_LEARNING_GRPC));
            case "ppfl" -> ports.put("grpc", settings.port(PPFL_GRPC));
            default -> {}
        }
        return ports;
    }

    Map<String, String> environment(String service) {
        return environment(SERVICES.stream()
                .filter(one -> one.name().equals(service))
                .findFirst()
                .orElseThrow());
    }

    private Map<String, String> environment(Service service) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("SERVER_PORT", Integer.toString(settings.port(service.name())));
        environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
        environment.put("MLAAS_SECURITY_ISSUER", keycloak.issuer());
        environment.put("MLAAS_SECURITY_JWKSETURI", keycloak.jwksUri());
        environment.put("MLAAS_SECURITY_TOKENURI", keycloak.tokenUri());
        environment.put("MLAAS_SECURITY_CLIENTSECRET", secrets.password("client-" + service.module()));
        environment.put("MLAAS_SERVICES_MODELSHARING", address("model-sharing"));
        environment.put("MLAAS_SERVICES_BLOCKCHAIN", address("blockchain"));
        environment.put("MLAAS_SERVICES_TRAINING", address("training"));
        environment.put("MLAAS_SERVICES_TRANSLATION", address("translation"));
        environment.put("MLAAS_SERVICES_ONLINELEARNING", address("online-learning"));
        environment.put("MLAAS_SERVICES_MONITORING", address("monitoring"));
        environment.put("MLAAS_SERVICES_PPFL", address("ppfl"));
        if (!service.schema().isEmpty()) {
            environment.put(
                    "SPRING_DATASOURCE_URL",
                    postgres.jdbcUrl(Databases.PLATFORM) + "?currentSchema=" + service.schema());
            environment.put("SPRING_DATASOURCE_USERNAME", service.schema());
            environment.put("SPRING_DATASOURCE_PASSWORD", secrets.password("postgres-" + service.schema()));
        }
        switch (service.name()) {
            case "model-sharing" -> {
                environment.put("MLAAS_SHARING_S3_ENDPOINT", s3.url());
                environment.put("MLAAS_SHARING_S3_ADMINACCESSKEY", s3.config().adminAccessKey());
                environment.put("MLAAS_SHARING_S3_ADMINSECRETKEY", s3.config().adminSecretKey());
                environment.put("MLAAS_SHARING_MASTERKEYFILE", secrets.keyFile("sharing-master"));
            }
            case "blockchain" -> {
                environment.put("MLAAS_BLOCKCHAIN_RPCURL", evm.url());
                environment.put("MLAAS_BLOCKCHAIN_CHAINID", Long.toString(evm.chainId()));
                environment.put("MLAAS_BLOCKCHAIN_MASTERKEYFILE", secrets.keyFile("blockchain-master"));
            }
            case "training" -> {
                environment.put(
                        "MLAAS_TRAINING_WORKDIRECTORY",
                        home.state().resolve("data/training/work").toString());
                TrainingImages.of(home, home.cache()).into(environment);
            }
            case "translation" -> {
                environment.put(
                        "MLAAS_TRANSLATION_WORKDIRECTORY",
                        home.state().resolve("data/translation/work").toString());
                environment.put(
                        "MLAAS_TRANSLATION_SIGNING_KEYFILE",
                        home.state().resolve("secrets/translation-signing.pem").toString());
            }
            case "online-learning" -> {
                environment.put("MLAAS_LEARNING_GRPC_PORT", Integer.toString(settings.port(ONLINE_LEARNING_GRPC)));
                if (!settings.without().contains("mqtt")) {
                    environment.put("MLAAS_MQTT_URL", mqtt.url());
                    environment.put("MLAAS_MQTT_USERNAME", MQTT_OPERATOR);
                    environment.put("MLAAS_MQTT_PASSWORD", secrets.password("mqtt-operator"));
                }
            }
            case "ppfl" -> {
                environment.put("MLAAS_PPFL_MASTERKEYFILE", secrets.keyFile("ppfl-master"));
                environment.put("MLAAS_PPFL_FEDERATION_PORT", Integer.toString(settings.port(PPFL_GRPC)));
                environment.put("MLAAS_PPFL_FEDERATION_PUBLICADDRESS", "localhost:" + settings.port(PPFL_GRPC));
                environment.put("MLAAS_PPFL_WATCH_PUBLICURL", "http://localhost:" + settings.port("gateway"));
            }
            case "gateway" -> {
                if (hasPrometheus()) {
                    environment.put("MLAAS_GATEWAY_SCRAPERS_0", "127.0.0.1/32");
                }
            }
            default -> {}
        }
        environment.putAll(settings.environmentOf(service.name()));
        return environment;
    }

    private String address(String service) {
        return "http://127.0.0.1:" + settings.port(service);
    }
}
