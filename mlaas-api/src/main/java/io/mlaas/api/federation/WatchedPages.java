package io.mlaas.api.federation;

import java.util.List;

/**
 * What of a federation can be read without an account on the platform, with a link that was made for watching it. The
 * gateway and ppfl-api let these requests, and no others, come as far as ppfl-api's own decision.
 */
public final class WatchedPages {
    private static final String FEDERATION =
            "/federations/{federation_id:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}}/";

    /** Patterns of whole paths, for GET and HEAD. */
    public static final List<String> PATTERNS =
            List.of(FEDERATION + "page", FEDERATION + "events", FEDERATION + "report");

    private WatchedPages() {}
}
