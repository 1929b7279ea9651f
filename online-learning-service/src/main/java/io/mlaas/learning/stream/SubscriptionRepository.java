package io.mlaas.learning.stream;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The identifiers by which the broker says by which subscription a message comes. */
@Repository
class SubscriptionRepository {
    private final JdbcClient jdbc;

    SubscriptionRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param address a topic filter as the broker knows it */
    int identifier(String address) {
        return find(address).or(() -> insert(address)).orElseGet(() -> find(address)
                .orElseThrow());
    }

    private Optional<Integer> find(String address) {
        return jdbc.sql("select identifier from subscription where address = :address")
                .param("address", address)
                .query(Integer.class)
                .optional();
    }

    /** @return empty if another instance is faster */
    private Optional<Integer> insert(String address) {
        return jdbc.sql("""
                insert into subscription (address) values (:address)
                on conflict (address) do nothing returning identifier
                """).param("address", address).query(Integer.class).optional();
    }

    /** The topic filter that has the identifier. */
    Optional<String> known(int identifier) {
        return jdbc.sql("select address from subscription where identifier = :identifier")
                .param("identifier", identifier)
                .query(String.class)
                .optional();
    }
}
