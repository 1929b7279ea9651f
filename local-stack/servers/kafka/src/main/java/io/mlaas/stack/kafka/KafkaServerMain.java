package io.mlaas.stack.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * Arguments: data directory, port, controller port. Formats the directory on first use and keeps its
 * cluster id; prints one line beginning with {@code READY} when clients are served; stops on SIGTERM.
 */
public final class KafkaServerMain {

    private KafkaServerMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            System.err.println("usage: KafkaServerMain DATA_DIRECTORY PORT CONTROLLER_PORT");
            System.exit(2);
        }
        Path data = Files.createDirectories(Path.of(args[0])).toAbsolutePath();
        Properties properties = brokerProperties(data, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Path file = data.resolve("server.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, null);
        }
        format(data, file);

        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            server.shutdown();
                            stopped.countDown();
                        },
                        "kafka-shutdown"));
        server.startup();
        System.out.println("READY kafka 127.0.0.1:" + args[1]);
        stopped.await();
    }

    private static Properties brokerProperties(Path data, int port, int controllerPort) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        p.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        p.setProperty("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.setProperty("log.dirs", data.resolve("logs").toString());

        p.setProperty("auto.create.topics.enable", "true");
        p.setProperty("num.partitions", "3");
        // Made in full for every partition: 10 MiB by default, which one here seldom needs.
        p.setProperty("log.index.size.max.bytes", String.valueOf(1 << 20));
        p.setProperty("default.replication.factor", "1");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "4");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "4");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        // The default buffer of 128 MB would be half of this process's heap.
        p.setProperty("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
        // A broker that was killed may come back only after its last session has run out.
        p.setProperty("broker.session.timeout.ms", "3000");
        p.setProperty("broker.heartbeat.interval.ms", "1000");
        return p;
    }

    private static void format(Path data, Path properties) throws IOException {
        Path idFile = data.resolve("cluster-id");
        if (!Files.exists(idFile)) {
            Files.writeString(idFile, Uuid.randomUuid().toString());
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = StorageTool.execute(
                new String[] {
                    "format",
                    "--ignore-formatted",
                    "--cluster-id",
                    Files.readString(idFile).strip(),
                    "--config",
                    properties.toString()
                },
                new PrintStream(said, true, StandardCharsets.UTF_8));
        if (status != 0) {
            throw new IOException("formatting " + data + " failed: " + said.toString(StandardCharsets.UTF_8));
        }
    }
}
