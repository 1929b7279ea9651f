package io.mlaas.stack.server;

import io.mlaas.stack.process.Jvm;
import io.mlaas.stack.process.Launch;
import io.mlaas.stack.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An S3Proxy object store. The admin's key opens every bucket; another access key opens the one bucket
 * that its record {@code mlaas-iam/<access-key>.json} names.
 */
public final class S3Server implements Server {

    /** Port: 0 chooses a free one. */
    public record Config(Place place, int port, String adminAccessKey, String adminSecretKey) {
        public Config {
            port = Ports.orFree(port);
        }

        @Override
        public String toString() {
            return "S3Server.Config[port=" + port + "]";
        }
    }

    private final Config config;

    public S3Server(Config config) {
        this.config = config;
    }

    public Config config() {
        return config;
    }

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public String version() {
        return JarVersion.of(config.place().home(), "local-stack/servers/s3", "s3proxy");
    }

    @Override
    public Map<String, Integer> ports() {
        return Map.of("clients", config.port());
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + config.port();
    }

    @Override
    public Path log() {
        return config.place().log();
    }

    @Override
    public Launch prepare() throws IOException {
        config.place().create();
        List<String> command = Jvm.command(
                384,
                "-cp",
                config.place().home().classpath("local-stack/servers/s3"),
                "io.mlaas.stack.s3.S3ServerMain",
                config.place().data().toString(),
                Integer.toString(config.port()));
        Map<String, String> environment = Map.of(
                "MLAAS_S3_ADMIN_ACCESS_KEY", config.adminAccessKey(),
                "MLAAS_S3_ADMIN_SECRET_KEY", config.adminSecretKey());
        return new Launch(command, environment, config.place().data(), log(), "READY s3");
    }

    @Override
    public boolean answers() {
        return Http.status(url() + "/") == 403;
    }
}
