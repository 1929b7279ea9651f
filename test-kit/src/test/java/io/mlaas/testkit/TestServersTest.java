package io.mlaas.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

class TestServersTest {

    @Test
    void everyCallGetsADatabaseOfItsOwnThatKeepsWhatWasCommitted() throws Exception {
        String one = TestServers.database("sharing");
        String other = TestServers.database("sharing");

        assertThat(one).isNotEqualTo(other);
        try (var connection = DriverManager.getConnection(one, "postgres", "test");
                var statement = connection.createStatement();
                var row = statement.executeQuery("select current_setting('fsync')")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("on");
        }
    }
}
