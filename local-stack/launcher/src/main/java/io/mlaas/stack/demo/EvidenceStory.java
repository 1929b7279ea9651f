package io.mlaas.stack.demo;

import io.mlaas.contracts.ChainReader;
import io.mlaas.stack.demo.MainJob.NotProved;
import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.evidence.AnchoringOnChain;
import io.mlaas.stack.evidence.BrokenLinkException;
import io.mlaas.stack.evidence.Evidence;
import io.mlaas.stack.evidence.EvidenceCheck;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the main job left to be checked by others: the training is made again, the model's passport is published, and
 * somebody without an account checks it.
 *
 * @param owner requests of the company that owns the model
 * @param rpc the chain's JSON-RPC endpoint
 * @param registry the contract that has the roots and the keys
 * @param work a folder for downloads
 */
public record EvidenceStory(PlatformClient owner, Story story, URI rpc, String registry, Path work) {
    public static final int STEPS = 3;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration MAY_TAKE = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);

    /** @param passport where anybody reads it */
    public record Outcome(UUID reproduction, JsonNode verdict, URI passport) {}

    /** @param trained the model's file, downloaded */
    public Outcome run(UUID model, Path trained) throws Exception {
        JsonNode reproduction = story.step(
                "Train it again, in a fresh directory, from what was recorded",
                "the same inputs gave the same bytes",
                () -> reproduce(model));
        URI passport = story.step(
                "Publish the model's passport",
                "anybody may read it, and nothing in it that was not disclosed",
                () -> publish(model));
        story.step(
                "Check the model as somebody without an account, asking nothing but the chain",
                "the signatures are by keys that the chain names; file and statement are under roots that it has",
                () -> check(model, trained));
        return new Outcome(
                UUID.fromString(reproduction.path("reproduction_id").asString()),
                reproduction.path("verdict"),
                passport);
    }

    private JsonNode reproduce(UUID model) throws IOException, InterruptedException {
        Answer asked = owner.post(
                "/model/" + model + "/reproduce", JSON.createObjectNode().put("runs", 1));
        String id = asked.expect(202).body().path("reproduction_id").asString();
        story.show("reproduction " + id);
        JsonNode ended = await("/model/" + model + "/reproduce/" + id);
        JsonNode verdict = ended.path("verdict");
        story.show("expected  " + verdict.path("expected").asString());
        for (JsonNode run : verdict.path("runs")) {
            story.show("run %d     %s"
                    .formatted(run.path("number").asInt(), run.path("sha256").asString()));
        }
        story.show("verdict   " + verdict.path("outcome").asString());
        if (!verdict.path("outcome").asString().equals("REPRODUCED")) {
            throw new NotProved("verdict: %s (expected: REPRODUCED)".formatted(verdict));
        }
        return ended;
    }

    private JsonNode await(String path) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAY_TAKE.toNanos();
        JsonNode answer = owner.get(path).expect(200).body();
        while (answer.path("verdict").isMissingNode() || answer.path("verdict").isNull()) {
            if (System.nanoTime() > deadline) {
                throw new PlatformClient.UnexpectedAnswer(
                        "%s: no verdict after %s: %s".formatted(path, MAY_TAKE, answer));
            }
            Thread.sleep(POLL);
            answer = owner.get(path).expect(200).body();
        }
        return answer;
    }

    private URI publish(UUID model) throws IOException, InterruptedException {
        String path = "/model/" + model + "/passport";
        PlatformClient anybody = PlatformClient.withoutAccount(owner.gateway());
        anybody.get(path).expect(401);
        owner.put(path, JSON.readTree("""
                {"published": true, "disclose": ["image.sha256", "seeds.*", "libraries.*", "metrics.held_out.accuracy"]}
                """)).expect(200);
        String page = anybody.get(path).expect(200).body().toString();
        String dataset = owner.get("/model/" + model + "/status")
                .expect(200)
                .body()
                .path("dataset_id")
                .asString("");
        if (dataset.isEmpty() || page.contains(dataset)) {
            throw new NotProved("passport: names the dataset %s (expected: not disclosed)".formatted(dataset));
        }
        URI passport = owner.gateway().resolve(path);
        story.show("passport  " + passport);
        return passport;
    }

    private boolean check(UUID model, Path trained) throws IOException, InterruptedException {
        PlatformClient anybody = PlatformClient.withoutAccount(owner.gateway());
        String path = "/model/" + model;
        List<byte[]> proofs = new ArrayList<>();
        for (String of : List.of("file", "signature", "commitments")) {
            proofs.add(fetch(anybody, path + "/proof?of=" + of, "application/json", of + "-proof.json"));
        }
        byte[] signature = fetch(anybody, path + "/signature", "*/*", "model.sig");
        byte[] statement = fetch(anybody, path + "/provenance", "application/vnd.in-toto+json", "provenance.json");
        Evidence evidence = new Evidence(trained, proofs, signature, statement, null, keys(anybody, path));
        try (ChainReader chain = ChainReader.connect(rpc)) {
            new EvidenceCheck(
                            new AnchoringOnChain(chain, registry),
                            (link, what) -> story.show("%-9s %s".formatted(link, what)))
                    .check(evidence);
        } catch (BrokenLinkException e) {
            throw new NotProved(String.valueOf(e.getMessage()));
        }
        return true;
    }

    /** A key that was made just now is asked for again until the chain names it. */
    private static List<String> keys(PlatformClient anybody, String path) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + MAY_TAKE.toNanos();
        while (true) {
            JsonNode keys = anybody.get(path + "/keys").expect(200).body();
            boolean named = keys.valueStream().allMatch(key -> key.hasNonNull("published_in"));
            if (named || System.nanoTime() > deadline) {
                return keys.findValuesAsString("public_key");
            }
            Thread.sleep(POLL);
        }
    }

    /** What is anchored with the next batch is asked for again until it is. */
    private byte[] fetch(PlatformClient anybody, String path, String type, String name)
            throws IOException, InterruptedException {
        Path to = work.resolve(name);
        long deadline = System.nanoTime() + MAY_TAKE.toNanos();
        int status = anybody.download(path, type, to);
        while (status == 409 && System.nanoTime() < deadline) {
            Thread.sleep(POLL);
            status = anybody.download(path, type, to);
        }
        if (status != 200) {
            throw new PlatformClient.UnexpectedAnswer("GET %s: HTTP %d (expected: 200)".formatted(path, status));
        }
        return Files.readAllBytes(to);
    }
}
