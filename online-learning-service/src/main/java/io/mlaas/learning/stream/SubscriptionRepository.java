package io.mlaas.learning.stream;

import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The identifiers by which the broker says whose a message is. */
@Repository
class SubscriptionRepository {
    private final JdbcClient jdbc;

    SubscriptionRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A learner's subscription. */
    record Known(UUID learner, UUID organizationId, String topic) {}

    int identifier(UUID learner, String topic) {
        return find(learner, topic).or(() -> insert(learner, topic)).orElseGet(() -> find(learner, topic)
                .orElseThrow());
    }

    private Optional<Integer> find(UUID learner, String topic) {
        return jdbc.sql("select identifier from subscription where learner_id = :learner and topic = :topic")
                .param("learner", learner)
                .param("topic", topic)
                .query(Integer.class)
                .optional();
    }

    /** @return empty if another instance is faster */
    private Optional<Integer> insert(UUID learner, String topic) {
        return jdbc.sql("""
                insert into subscription (learner_id, topic) values (:learner, :topic)
                on conflict (learner_id, topic) do nothing returning identifier
                """)
                .param("learner", learner)
                .param("topic", topic)
                .query(Integer.class)
                .optional();
    }

    Optional<Known> known(int identifier) {
        return jdbc.sql("""
                select s.learner_id, s.topic, l.organization_id
                from subscription s join learner l on l.id = s.learner_id where s.identifier = :identifier
                """)
                .param("identifier", identifier)
                .query((row, number) -> new Known(
                        row.getObject("learner_id", UUID.class),
                        row.getObject("organization_id", UUID.class),
                        row.getString("topic")))
                .optional();
    }
}
