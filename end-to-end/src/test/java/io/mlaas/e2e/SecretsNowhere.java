package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.stack.demo.MainJob;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/** Looks for every secret of a stack that has worked in all that it shows and stores. */
record SecretsNowhere(RunningStack stack, MainJob.Outcome outcome) {

    /** @param tokens of users, by what they are */
    void look(Map<String, String> tokens, List<String> askers) throws Exception {
        SecretSearch search = new SecretSearch(
                stack.state(),
                stack.member("postgres")
                        .path("ports")
                        .valueStream()
                        .findFirst()
                        .orElseThrow()
                        .asInt());
        tokens.forEach(search::know);
        assertThat(search.known()).isGreaterThan(20);

        for (String path : paths(askers.getFirst())) {
            for (String token : askers) {
                HttpResponse<String> answer = stack.send("GET", path, token);
                search.in("GET " + path, answer.headers() + answer.body());
            }
        }
        for (String name : List.of(
                "model-sharing",
                "blockchain",
                "training",
                "translation",
                "online-learning",
                "monitoring",
                "ppfl",
                "gateway")) {
            URI service = URI.create(stack.member(name).path("url").asString());
            for (String path : List.of("/actuator", "/actuator/env", "/actuator/prometheus", "/openapi.json")) {
                HttpResponse<String> answer = stack.ask(service.resolve(path));
                search.in("GET " + path + " of " + name, answer.headers() + answer.body());
            }
        }
        search.inFiles();
        search.inTables();
        search.inCommandLines();

        System.out.printf("    %d secrets looked for in %d MB%n", search.known(), search.looked() >> 20);
        assertThat(search.found()).isEmpty();
        assertThat(search.looked()).isGreaterThan(1 << 20);
    }

    private List<String> paths(String token) {
        return List.of(
                "/",
                "/status",
                "/actuator/health",
                "/actuator/env",
                "/actuator/heapdump",
                "/dataset",
                "/model",
                "/train",
                "/dataset/" + outcome.dataset() + "/status",
                "/dataset/" + outcome.dataset() + "/metadata",
                "/model/" + outcome.model() + "/status",
                "/model/" + outcome.model() + "/metadata",
                "/model/" + outcome.model() + "/definition",
                "/model/" + outcome.model() + "/provenance",
                "/model/" + outcome.model() + "/passport",
                "/train/" + outcome.model(),
                "/train/" + outcome.model() + "/logs",
                "/translate/" + outcome.model(),
                "/federations",
                "/fp",
                "/privacy-budgets",
                "/audit",
                "/webhooks",
                "/grants?direction=given",
                "/nothing/" + token.substring(0, 40));
    }
}
