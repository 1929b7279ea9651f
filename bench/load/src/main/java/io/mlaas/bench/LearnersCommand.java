package io.mlaas.bench;

import io.mlaas.bench.GatewayClient.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many learners in one service: what they cost when nobody asks them, and whether they still answer. */
@Command(
        name = "learners",
        mixinStandardHelpOptions = true,
        description = {
            "Makes many learners, teaches each some rows, and prints the memory of online-learning-service afterwards;",
            "then asks learners at random, most of which are no longer in memory. Ends with 1 if one does not answer."
        })
final class LearnersCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SERVICE = "online-learning";
    private static final int ROWS = 100;

    @Option(names = "--count", defaultValue = "1000", description = "learners (${DEFAULT-VALUE})")
    private int count;

    @Option(names = "--asked", defaultValue = "500", description = "predictions afterwards (${DEFAULT-VALUE})")
    private int asked;

    @Option(names = "--idle", defaultValue = "20", description = "seconds of rest before the count (${DEFAULT-VALUE})")
    private int idle;

    @Override
    public Integer call() throws Exception {
        RunningStack stack = RunningStack.find();
        GatewayClient client =
                new GatewayClient(stack.gateway(), stack.token("acme-scientist"), Duration.ofSeconds(60));
        String prefix = "bench-" + Long.toString(System.currentTimeMillis(), 36) + "-";
        System.out.printf(Locale.ROOT, "before               %6d MiB%n", stack.memory(SERVICE) >> 20);
        long most = 0;
        for (int i = 0; i < count; i++) {
            require(post(client, "/learners", document(prefix + i, i)));
            require(post(client, "/learners/" + prefix + i + "/update", rows(i)));
            most = Math.max(most, stack.memory(SERVICE));
        }
        System.out.printf(Locale.ROOT, "%d learners taught, at most %d MiB on the way%n", count, most >> 20);
        Thread.sleep(Duration.ofSeconds(idle));
        System.out.printf(Locale.ROOT, "idle                 %6d MiB%n", stack.memory(SERVICE) >> 20);
        Latencies times = new Latencies();
        int wrong = ask(client, prefix, times);
        System.out.printf(
                Locale.ROOT, "%d asked at random   %6d MiB   %s%n", asked, stack.memory(SERVICE) >> 20, times);
        System.out.printf(Locale.ROOT, "not answered         %6d%n", wrong);
        for (int i = 0; i < count; i++) {
            client.http()
                    .send(client.request("/learners/" + prefix + i).DELETE().build(), BodyHandlers.discarding());
        }
        return wrong == 0 ? 0 : 1;
    }

    private int ask(GatewayClient client, String prefix, Latencies times) throws IOException, InterruptedException {
        Random random = new Random(1);
        int wrong = 0;
        for (int i = 0; i < asked; i++) {
            String path = "/learners/" + prefix + random.nextInt(count) + "/predict";
            long begun = System.nanoTime();
            Answer answer = post(client, path, "{\"instances\": [[0.5, -0.5]]}");
            times.record(System.nanoTime() - begun);
            wrong += answer.good() && answer.body().path("predictions").size() == 1 ? 0 : 1;
        }
        return wrong;
    }

    /** Of ten learners six are linear, three forests, one a network. */
    private static String document(String name, int number) {
        String made =
                switch (number % 10) {
                    case 0, 1, 2, 3, 4, 5 -> "\"linear\"";
                    case 6, 7, 8 -> "\"adaptive_random_forest\"";
                    default -> """
                            "torch", "configuration": {"network": {"layers": [{"type": "dense", "units": 64},
                            {"type": "relu"}, {"type": "dense", "units": 1}]}, "optimizer": {"type": "adam"}}""";
                };
        if (number % 10 >= 6 && number % 10 <= 8) {
            return """
                    {"name": "%s", "algorithm": %s, "schema": {"inputs": [{"name": "a", "type": "numeric"},
                     {"name": "b", "type": "numeric"}], "target": {"type": "classification", "classes": ["0", "1"]}}}
                    """.formatted(name, made);
        }
        return """
                {"name": "%s", "algorithm": %s, "schema": {"inputs": [{"name": "a", "type": "numeric"},
                 {"name": "b", "type": "numeric"}], "target": {"type": "regression", "outputs": ["y"]}}}
                """.formatted(name, made);
    }

    private static String rows(int learner) {
        Random random = new Random(learner);
        StringBuilder instances = new StringBuilder();
        StringBuilder targets = new StringBuilder();
        boolean classes = learner % 10 >= 6 && learner % 10 <= 8;
        for (int i = 0; i < ROWS; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            String comma = i == 0 ? "" : ",";
            instances.append(String.format(Locale.ROOT, "%s[%.4f,%.4f]", comma, a, b));
            targets.append(comma)
                    .append(classes ? "\"" + (a > b ? 1 : 0) + "\"" : String.format(Locale.ROOT, "%.4f", 2 * a - b));
        }
        return "{\"instances\": [" + instances + "], \"targets\": [" + targets + "]}";
    }

    private static void require(Answer answer) {
        if (!answer.good()) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static Answer post(GatewayClient client, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.http()
                .send(
                        client.request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofByteArray());
        JsonNode json = response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        return new Answer(response.statusCode(), json);
    }
}
