package io.mlaas.stack.server;

import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** A HiveMQ CE broker (MQTT 3 and 5). Nobody connects without a name and a password. */
public final class MqttServer implements Server {

    /**
     * Where the broker asks whose credential it was shown.
     *
     * @param url of online-learning-service's {@code /internal/devices/authenticate}
     * @param tokenUrl where the broker gets its own token, by client credentials
     */
    public record Devices(String url, String tokenUrl, String clientId, String clientSecret) {
        @Override
        public String toString() {
            return "Devices[url=" + url + ", clientId=" + clientId + "]";
        }
    }

    /**
     * Port: 0 chooses a free one. The operator may use every topic.
     *
     * @param devices without them nobody but the operator is let in
     */
    public record Config(
            Place place,
            int port,
            String operatorName,
            String operatorPassword,
            @Nullable Devices devices) {
        public Config {
            port = Ports.orFree(port);
        }

        public Config(Place place, int port, String operatorName, String operatorPassword) {
            this(place, port, operatorName, operatorPassword, null);
        }

        @Override
        public String toString() {
            return "MqttServer.Config[port=" + port + "]";
        }
    }

    private final Config config;

    public MqttServer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "mqtt";
    }

    @Override
    public String version() {
        return JarVersion.of(config.place().home(), "local-stack/servers/mqtt", "hivemq-community-edition-embedded");
    }

    @Override
    public Map<String, Integer> ports() {
        return Map.of("clients", config.port());
    }

    @Override
    public String url() {
        return "tcp://127.0.0.1:" + config.port();
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        Properties operator = new Properties();
        operator.setProperty("name", config.operatorName());
        operator.setProperty("password", config.operatorPassword());
        Devices devices = config.devices();
        if (devices != null) {
            operator.setProperty("devices.url", devices.url());
            operator.setProperty("devices.token-url", devices.tokenUrl());
            operator.setProperty("devices.client-id", devices.clientId());
            operator.setProperty("devices.client-secret", devices.clientSecret());
        }
        StringWriter text = new StringWriter();
        operator.store(text, null);
        Path file = config.place().data().resolve("operator.properties");
        PrivateFile.write(file, text.toString());
        List<String> command = Jvm.command(
                256,
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
                "-cp",
                config.place().home().classpath("local-stack/servers/mqtt"),
                "io.mlaas.stack.mqtt.MqttServerMain",
                config.place().data().toString(),
                Integer.toString(config.port()),
                file.toString());
        return new Launch(command, Map.of(), config.place().data(), log(), "READY mqtt");
    }

    @Override
    public boolean answers() {
        return Ports.answers(config.port());
    }
}
