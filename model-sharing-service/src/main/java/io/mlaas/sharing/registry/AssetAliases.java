package io.mlaas.sharing.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The aliases of a name.
 *
 * @param history the latest change first, at most 1,000
 */
record AssetAliases(String name, List<AliasView> aliases, List<AssetAliases.Change> history) {

    /** @param why {@code moved}, {@code removed} or {@code quarantine} */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Change(
            String alias, @Nullable UUID from, @Nullable UUID to, String why, String changedBy, Instant changedAt) {
        static Change of(LabelRepository.Change change) {
            return new Change(
                    change.alias(),
                    change.fromId(),
                    change.toId(),
                    change.why(),
                    change.changedBy(),
                    change.changedAt());
        }
    }
}
