package io.mlaas.sharing.grant;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a grant is about. */
public enum AssetKind {
    @JsonProperty("dataset")
    DATASET,
    @JsonProperty("model")
    MODEL;

    /** As in events and problems. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
