package io.mlaas.learning.learner;

import io.mlaas.learning.stream.DeadLetter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The latest dead letters of each learner, in PostgreSQL. */
@Repository
class DeadLetterRepository {
    private static final int LONGEST_PAYLOAD = 64 * 1024;

    private final JdbcClient jdbc;

    DeadLetterRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A dead letter as it is told.
     *
     * @param payload base64; of a long one the beginning
     * @param bytes of the whole payload
     */
    record View(
            String id,
            String source,
            @Nullable String topic,
            String reason,
            Instant received,
            @Schema(type = "string", format = "byte") String payload,
            int bytes) {}

    /** Part of the transaction of a checkpoint. */
    void write(UUID learner, List<Consequences.Kept> letters) {
        for (Consequences.Kept kept : letters) {
            DeadLetter letter = kept.letter();
            jdbc.sql("""
                    insert into dead_letter
                        (learner_id, log_offset, part, id, source, topic, reason, received, payload, bytes)
                    values (:learner, :offset, :part, :id, :source, :topic, :reason,
                            cast(:received as timestamptz), :payload, :bytes)
                    on conflict (learner_id, log_offset, part) do nothing
                    """)
                    .param("learner", learner)
                    .param("offset", kept.offset())
                    .param("part", kept.part())
                    .param("id", letter.id())
                    .param("source", storable(letter.source()))
                    .param("topic", letter.topic())
                    .param("reason", storable(letter.reason()))
                    .param("received", letter.received().toString())
                    .param(
                            "payload",
                            Arrays.copyOf(letter.payload(), Math.min(LONGEST_PAYLOAD, letter.payload().length)))
                    .param("bytes", letter.payload().length)
                    .update();
        }
        if (!letters.isEmpty()) {
            forgetOldest(learner);
        }
    }

    /** PostgreSQL has no U+0000 in texts. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private void forgetOldest(UUID learner) {
        jdbc.sql("""
                delete from dead_letter where learner_id = :learner and (log_offset, part) not in
                    (select log_offset, part from dead_letter where learner_id = :learner
                     order by log_offset desc, part desc limit :kept)
                """).param("learner", learner).param("kept", Consequences.KEPT).update();
    }

    void delete(UUID learner) {
        jdbc.sql("delete from dead_letter where learner_id = :learner")
                .param("learner", learner)
                .update();
    }

    /** The latest first. */
    List<View> latest(UUID learner, int limit) {
        return jdbc.sql("""
                select id, source, topic, reason, received, payload, bytes from dead_letter
                where learner_id = :learner order by log_offset desc, part desc limit :limit
                """)
                .param("learner", learner)
                .param("limit", limit)
                .query((row, number) -> new View(
                        row.getString("id"),
                        row.getString("source"),
                        row.getString("topic"),
                        row.getString("reason"),
                        row.getTimestamp("received").toInstant(),
                        Base64.getEncoder().encodeToString(row.getBytes("payload")),
                        row.getInt("bytes")))
                .list();
    }
}
