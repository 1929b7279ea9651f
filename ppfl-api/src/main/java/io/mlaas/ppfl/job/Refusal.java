package io.mlaas.ppfl.job;

import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What another service says when it refuses: the code and the detail of its problem. */
final class Refusal {
    private static final int LONGEST = 1000;

    private Refusal() {}

    static String of(RestClientResponseException refused) {
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
}
