package io.mlaas.api.sharing;

import java.util.List;

/**
 * What of a model can be read without an account on the platform, once its owner has published its passport. The gateway
 * and the registry let these requests, and no others, come as far as the registry's own decision.
 */
public final class PublishedPages {
    private static final String MODEL =
            "/model/{model_id:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}}/";

    /** Of what comes after a model's id. */
    public static final List<String> NAMES = List.of(
            "passport", "signature", "proof", "provenance", "badge.svg", "keys", "bom", "card", "reproductions");

    /** Patterns of whole paths, for GET and HEAD. */
    public static final List<String> PATTERNS =
            NAMES.stream().map(MODEL::concat).toList();

    private PublishedPages() {}
}
