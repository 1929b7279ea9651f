package io.mlaas.ppfl.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one federation took of a budget, as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EntryView(
        UUID id,
        UUID federationId,
        String engine,
        String mechanism,
        PrivacyEntry.State state,

        @Schema(description = "at most, while it is reserved; absent where none is promised") @Nullable
        Double epsilon,

        double delta,
        String accountant,
        String explanation,
        Instant reservedAt,
        @Nullable Instant endedAt,
        List<RecordView> records) {

    /** A document of one of its states, which can be had as it was anchored. */
    record RecordView(PrivacyEntry.State state, Instant madeAt, String digest, boolean anchored) {}

    /** @param nextCursor give it as {@code cursor} to get what follows; absent on the last page */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<EntryView> items, @Nullable String nextCursor) {}

    static EntryView of(PrivacyEntry entry, List<RecordRepository.Listed> records) {
        return new EntryView(
                entry.id(),
                entry.federationId(),
                entry.engine(),
                entry.mechanism(),
                entry.state(),
                entry.cost().bounded() ? entry.cost().epsilon() : null,
                entry.cost().delta(),
                entry.cost().accountant(),
                entry.cost().explanation(),
                entry.reservedAt(),
                entry.endedAt(),
                records.stream()
                        .filter(record -> record.entryId().equals(entry.id()))
                        .map(record ->
                                new RecordView(record.state(), record.madeAt(), record.digest(), record.anchored()))
                        .toList());
    }
}
