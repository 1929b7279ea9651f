package io.mlaas.bench.serving;

import io.mlaas.bench.RunningStack;
import io.mlaas.bench.serving.OpenLoop.Run;
import io.mlaas.online.Predictor;
import io.mlaas.stack.process.Home;
import io.mlaas.stack.supervise.StackState.MemberState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predictions of one row at rising rates, until the 99th percentile is over the limit. */
@Command(
        name = "serving",
        mixinStandardHelpOptions = true,
        description = "Asks a learner for predictions over REST and gRPC, directly and through the gateway, and another"
                + " server beside it; prints percentiles at each rate and the highest rate below the limit.")
public final class ServingCommand implements Callable<Integer> {

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "100,200,400,600,800,1000,1300,1600,2000,2500,3200,4000,5000,6400,8000,10000",
            description = "requests per second, rising (${DEFAULT-VALUE})")
    private int[] rates = {};

    @Option(names = "--seconds", defaultValue = "3", description = "at each rate (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "40", description = "seconds before each target (${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--warm-up-rate",
            defaultValue = "1000",
            description = "requests per second: enough for what is compiled when it is used often (${DEFAULT-VALUE})")
    private int warmUpRate;

    @Option(
            names = "--peer-warm-up-rate",
            defaultValue = "200",
            description = "requests per second to the other server: no more than it can answer (${DEFAULT-VALUE})")
    private int peerWarmUpRate;

    @Option(
            names = "--limit",
            defaultValue = "10",
            description = "milliseconds that the 99th percentile may take (${DEFAULT-VALUE})")
    private double limit;

    @Option(names = "--only", split = ",", defaultValue = "", description = "names of targets (all)")
    private Set<String> only = Set.of();

    @Option(names = "--peer-name", defaultValue = "MLServer", description = "of the other server (${DEFAULT-VALUE})")
    private String peerName = "";

    @Option(names = "--peer-rest", description = "base URL of a server with the same model")
    private @Nullable URI peerRest;

    @Option(names = "--peer-grpc", description = "its HOST:PORT")
    private @Nullable String peerGrpc;

    private final Map<String, Integer> highest = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        Irises irises = new Irises(Home.find().root());
        inProcess(irises.predictor());
        RunningStack stack = RunningStack.find();
        String token = stack.token("acme-scientist").get();
        MemberState service = stack.member("online-learning");
        teach(irises, service.url(), token);
        boolean good = true;
        for (Target target : targets(stack, service, token)) {
            try (target) {
                if (only.isEmpty() || only.contains("") || only.contains(target.name())) {
                    good &= measure(target);
                }
            }
        }
        System.out.printf(Locale.ROOT, "%nhighest rate with a 99th percentile of at most %.0f ms%n", limit);
        highest.forEach((name, rate) -> System.out.printf(Locale.ROOT, "%-14s %6d/s%n", name, rate));
        return good ? 0 : 1;
    }

    private List<Target> targets(RunningStack stack, MemberState service, String token) throws IOException {
        String path = "/v2/models/" + Irises.MODEL + "/infer";
        List<Target> targets = new ArrayList<>();
        targets.add(new RestTarget("REST", URI.create(service.url() + path), token, Irises.QUESTION));
        targets.add(new GrpcTarget("gRPC", "127.0.0.1:" + service.ports().get("grpc"), token, Irises.message()));
        if (stack.members().contains("gateway")) {
            targets.add(new RestTarget("gateway REST", URI.create(stack.gateway() + path), token, Irises.QUESTION));
        }
        if (peerRest != null) {
            targets.add(new RestTarget(peerName + " REST", URI.create(peerRest + path), token, Irises.QUESTION));
        }
        if (peerGrpc != null) {
            targets.add(new GrpcTarget(peerName + " gRPC", peerGrpc, token, Irises.message()));
        }
        return targets;
    }

    private boolean measure(Target target) throws InterruptedException {
        boolean peer = target.name().startsWith(peerName + " ");
        OpenLoop.run(target, peer ? peerWarmUpRate : warmUpRate, warmUp, 0);
        highest.put(target.name(), 0);
        for (int rate : rates) {
            Run run = OpenLoop.run(target, rate, seconds, rate);
            System.out.printf(Locale.ROOT, "%-14s %s%n", target.name(), run);
            if (!run.isGood()) {
                return false;
            }
            if (run.millis(99) > limit) {
                break;
            }
            highest.put(target.name(), rate);
        }
        return true;
    }

    private static void inProcess(Predictor predictor) {
        Histogram nanos = new Histogram(3);
        double[] flower = Irises.flower();
        for (int i = 0; i < 400_000; i++) {
            long from = System.nanoTime();
            predictor.predict(1, flower);
            if (i >= 200_000) {
                nanos.recordValue(System.nanoTime() - from);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-14s p50 %.4f ms  p99 %.4f ms%n",
                "in process",
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6);
    }

    private static void teach(Irises irises, String service, String token) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            if (post(http, service + "/learners", token, irises.document()) == 201) {
                int status = post(http, service + "/learners/" + Irises.MODEL + "/update", token, irises.update());
                if (status != 200) {
                    throw new IOException("the learner cannot be taught: " + status + " (expected: 200)");
                }
            }
        }
    }

    private static int post(HttpClient http, String url, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
