package io.mlaas.sharing.registry;

import java.util.Locale;

enum AssetKind {
    DATASET("REGISTERED"),
    MODEL("TRAINED");

    private final String goodState;

    AssetKind(String goodState) {
        this.goodState = goodState;
    }

    static AssetKind of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The table, and the word in events. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What its id is called in paths and problems. */
    String idName() {
        return word() + "_id";
    }

    /** The state in which its file can be had. */
    String goodState() {
        return goodState;
    }
}
