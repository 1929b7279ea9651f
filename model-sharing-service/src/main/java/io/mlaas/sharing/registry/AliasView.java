package io.mlaas.sharing.registry;

import java.time.Instant;
import java.util.UUID;

/**
 * An alias.
 *
 * @param assetId the dataset or the model that it points at
 * @param changedBy subject of who moved it, or {@code platform}
 */
record AliasView(String alias, UUID assetId, String changedBy, Instant changedAt) {
    static AliasView of(LabelRepository.Alias alias) {
        return new AliasView(alias.alias(), alias.assetId(), alias.changedBy(), alias.changedAt());
    }
}
