package io.mlaas.learning.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.stack.server.PostgresServer;
import io.mlaas.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.util.unit.DataSize;

class LogLayoutTest {

    @Test
    void keepsEveryLearnerWhereKafkaWouldPutIt() {
        LogLayout layout = new LogLayout(database(), properties("a-log", 16));
        for (int i = 0; i < 1000; i++) {
            byte[] key = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
            assertThat(layout.partition(key)).isEqualTo(BuiltInPartitioner.partitionForKey(key, 16));
        }
    }

    @Test
    void refusesAnotherNumberOfPartitionsThanTheLogWasBegunWith() {
        JdbcClient jdbc = database();
        assertThat(new LogLayout(jdbc, properties("begun", 4)).partitions()).isEqualTo(4);
        assertThat(new LogLayout(jdbc, properties("begun", 4)).partitions()).isEqualTo(4);
        assertThatThrownBy(() -> new LogLayout(jdbc, properties("begun", 8)))
                .hasMessage("mlaas.learning.log.partitions: 8 (expected: 4, with which the log begun was begun)");
        assertThat(new LogLayout(jdbc, properties("another", 8)).partitions()).isEqualTo(8);
    }

    private static JdbcClient database() {
        DriverManagerDataSource database = new DriverManagerDataSource(
                TestServers.database("learning") + "?currentSchema=learning", PostgresServer.SUPERUSER, "test");
        new ResourceDatabasePopulator(new ClassPathResource("db/migration/V9__partitions.sql")).execute(database);
        return JdbcClient.create(database);
    }

    private static LogProperties properties(String topic, int partitions) {
        return new LogProperties(
                topic,
                partitions,
                (short) 1,
                Duration.ofDays(1),
                DataSize.ofKilobytes(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }
}
