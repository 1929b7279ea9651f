package io.mlaas.kit.client;

import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What another service says when it refuses: the code and the detail of its problem. */
public final class Refusal {
    private static final int LONGEST = 1000;

    /** Answers that say something about this service or the moment, not about the request. */
    private static final Set<Integer> PASSING = Set.of(401, 408, 425, 429);

    /** This service may not yet, or no longer, what its account is there for. */
    private static final String NO_ROLE = "FORBIDDEN";

    private Refusal() {}

    /** @return its code and detail, or the status when it is no problem document; at most 1,000 characters */
    public static String of(RestClientResponseException refused) {
        String text = "the answer was " + refused.getStatusCode().value();
        try {
            JsonNode problem = JsonMapper.shared().readTree(refused.getResponseBodyAsString());
            if (problem.path("code").isString()) {
                text = problem.path("code").asString() + ": "
                        + problem.path("detail").asString("");
            }
        } catch (JacksonException e) {
            text = text + ", and no problem document";
        }
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }

    /** Whether the same request may be taken another time: the refusal is about this service's account, or about now. */
    public static boolean isPassing(HttpClientErrorException refused) {
        HttpHeaders headers = refused.getResponseHeaders();
        return PASSING.contains(refused.getStatusCode().value())
                || (headers != null && headers.containsHeader(HttpHeaders.RETRY_AFTER))
                || of(refused).startsWith(NO_ROLE);
    }
}
