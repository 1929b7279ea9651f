package io.mlaas.stack.mqtt;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/**
 * Arguments: data directory, port, file of the operator's account. Listens on the loopback interface, or where
 * {@code MLAAS_MQTT_ADDRESS} says. Prints one line beginning with
 * {@code READY} when clients may connect; stops on SIGTERM.
 */
public final class MqttServerMain {
    /**
     * HiveMQ CE sends a batch, and the next one when all of it is acknowledged, its turn has come behind all that is being
     * written to the same queue meanwhile. With its 50 that is less than a thousand messages a second for a session.
     */
    private static final int BATCH = 4000;

    private MqttServerMain() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: MqttServerMain DATA_DIRECTORY PORT OPERATOR_FILE");
            System.exit(2);
        }
        // HiveMQ's jar has a logback.xml of its own.
        System.setProperty("logback.configurationFile", "mqtt-logback.xml");
        Path data = Path.of(args[0]).toAbsolutePath();
        int port = Integer.parseInt(args[1]);
        String address = Objects.requireNonNullElse(System.getenv("MLAAS_MQTT_ADDRESS"), "127.0.0.1");
        Path configuration = Files.createDirectories(data.resolve("conf"));
        Files.writeString(configuration.resolve("config.xml"), configuration(address, port));

        // A client still gets no more than its Receive Maximum; configuration files do not have this.
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = BATCH;

        EmbeddedExtension access = EmbeddedExtension.builder()
                .withId("mlaas-access")
                .withName("mlaas access")
                .withVersion("1")
                .withAuthor("mlaas")
                .withPriority(0)
                .withStartPriority(1000)
                .withExtensionMain(new AccessExtension(Accounts.read(Path.of(args[2]))))
                .build();
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(data.resolve("data")))
                .withExtensionsFolder(Files.createDirectories(data.resolve("extensions")))
                .withEmbeddedExtension(access)
                .withoutLoggingBootstrap()
                .build();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            broker.stop().join();
                            stopped.countDown();
                        },
                        "mqtt-shutdown"));
        broker.start().join();
        System.out.println("READY mqtt " + address + ":" + port);
        stopped.await();
    }

    // A thousand messages are kept for a subscriber that is away unless told otherwise, and what was acknowledged
    // beyond
    // that is dropped; a publisher may have ten under way. HiveMQ reports usage statistics to its maker unless told not
    // to.
    private static String configuration(String address, int port) {
        return """
                <?xml version="1.0"?>
                <hivemq>
                    <listeners>
                        <tcp-listener>
                            <port>%d</port>
                            <bind-address>%s</bind-address>
                        </tcp-listener>
                    </listeners>
                    <mqtt>
                        <queued-messages>
                            <max-queue-size>1000000</max-queue-size>
                        </queued-messages>
                        <receive-maximum>
                            <server-receive-maximum>1000</server-receive-maximum>
                        </receive-maximum>
                    </mqtt>
                    <anonymous-usage-statistics>
                        <enabled>false</enabled>
                    </anonymous-usage-statistics>
                </hivemq>
                """.formatted(port, address);
    }
}
