package io.mlaas.stack.server;

import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A single Kafka broker (KRaft). Topics come into being on first use, with three partitions. */
public final class KafkaServer implements Server {

    /** Ports: 0 chooses a free one. */
    public record Config(Place place, int port, int controllerPort) {
        public Config {
            port = Ports.orFree(port);
            controllerPort = Ports.orFree(controllerPort);
        }
    }

    private final Config config;

    public KafkaServer(Config config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String version() {
        return JarVersion.of(config.place().home(), "local-stack/servers/kafka", "kafka_2.13");
    }

    @Override
    public Map<String, Integer> ports() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("clients", config.port());
        ports.put("controller", config.controllerPort());
        return ports;
    }

    @Override
    public String url() {
        return bootstrapServers();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + config.port();
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        List<String> command = Jvm.command(
                256,
                "-cp",
                config.place().home().classpath("local-stack/servers/kafka"),
                "io.mlaas.stack.kafka.KafkaServerMain",
                config.place().data().toString(),
                Integer.toString(config.port()),
                Integer.toString(config.controllerPort()));
        return new Launch(command, Map.of(), config.place().data(), log(), "READY kafka");
    }

    @Override
    public boolean answers() {
        return Ports.answers(config.port());
    }
}
