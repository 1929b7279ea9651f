package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.federated.FederatedStory;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Federated learning through the gateway, by owners with programs of their own. */
record Federations(RunningStack stack, String token, Path work) {
    private static final int OWNERS = 4;

    /** The demo's story, with fewer owners. */
    void ownersLearnTogether() throws Exception {
        FederatedStory.Outcome outcome = new FederatedStory(
                        stack.as(token),
                        new Told(),
                        Command.HOME.resolve("demo/digits"),
                        Command.HOME.resolve("ppfl-client/target/ppfl-client.jar"),
                        Path.of(System.getProperty("user.home"), ".djl.ai"),
                        work,
                        new FederatedStory.Size(OWNERS, 3, 5, 360, 1))
                .run();

        assertThat(outcome.epsilon()).isBetween(7.0, 8.01);
        assertThat(outcome.accuracy()).isBetween(0.05, 1.0);
        String watch = outcome.page().substring(outcome.page().indexOf("mlw_"));
        String report = "/federations/" + outcome.federation() + "/report";
        assertThat(stack.send("GET", report, null).statusCode()).isEqualTo(401);
        HttpResponse<String> page = stack.send("GET", "/federations/" + outcome.federation() + "/page", null);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Sign in").doesNotContain(watch);
        Answer model = stack.as(token).get("/model/" + outcome.model() + "/status");
        assertThat(model.expect(200).body().path("status").asString()).isEqualTo("TRAINED");
    }
}
