package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import tools.jackson.databind.JsonNode;

/** Makes real federations, invites to them, and says how their clients are. */
abstract class RealRounds extends RunningService {
    /** Of digits-softmax. */
    static final int SIZE = 650;

    String made(String name, String parts) throws Exception {
        Answer made = post("/federations", """
                {"name": "%s", "engine": "fedavg", %s, "model": {"net_name": "digits-softmax"}, "seed": 7}
                """.formatted(name, parts));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    EnrolmentKit kit(String federation, String name) throws Exception {
        Answer invited = post("/federations/" + federation + "/participants", "{\"name\": \"%s\"}".formatted(name));
        assertThat(invited.status()).as(invited.text()).isEqualTo(201);
        return EnrolmentKit.parse(invited.text());
    }

    JsonNode client(String federation, String name) throws Exception {
        return get("/federations/" + federation)
                .body()
                .path("clients")
                .valueStream()
                .filter(client -> client.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
