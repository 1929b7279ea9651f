package io.mlaas.training.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRequested;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A hand-written fake of the registry: the paths that training uses, job credentials that end with the first result, and
 * troubles on demand.
 */
public final class FakeRegistry implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final HttpServer server;
    private final Map<UUID, Model> models = new ConcurrentHashMap<>();
    private final Map<String, UUID> credentials = new ConcurrentHashMap<>();
    private final Map<String, UUID> readers = new ConcurrentHashMap<>();
    private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<UUID, List<TrainingRecord>> records = new ConcurrentHashMap<>();
    private final Map<UUID, List<ReproductionVerdict>> verdicts = new ConcurrentHashMap<>();

    public record Stored(UUID jobId, String disposition, byte[] content, String sha256) {}

    private static final class Model {
        volatile String origin = "trained";
        final Map<UUID, Boolean> granted = new ConcurrentHashMap<>();
        final TrainingRequested order;
        final byte[] dataset;
        final byte[] definition;
        volatile String status = "REGISTERED";
        volatile Stored stored;
        volatile UUID job;

        Model(TrainingRequested order, byte[] dataset, byte[] definition) {
            this.order = order;
            this.dataset = dataset;
            this.definition = definition;
        }
    }

    /** What goes wrong with the next request that fits. */
    public static final class Trouble {
        private final Predicate<String> fits;
        private final int status;
        private final boolean after;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        private Trouble(Predicate<String> fits, int status, boolean after) {
            this.fits = fits;
            this.status = status;
            this.after = after;
        }

        public boolean happens() throws InterruptedException {
            return reached.await(60, TimeUnit.SECONDS);
        }

        public void end() {
            goOn.countDown();
        }
    }

    public FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param definition content of the {@code model} part; empty for none */
    public void add(TrainingRequested order, String dataset, String definition) {
        models.put(order.modelId(), new Model(order, bytes(dataset), bytes(definition)));
    }

    public void status(UUID model, String status) {
        models.get(model).status = status;
    }

    public Optional<Stored> result(UUID model) {
        return Optional.ofNullable(models.get(model).stored);
    }

    /** Where the model came from. */
    public void origin(UUID model, String origin) {
        models.get(model).origin = origin;
    }

    /**
     * Another company sees the model.
     *
     * @param use whether it may have the platform work with it, too
     */
    public void grant(UUID model, UUID organization, boolean use) {
        models.get(model).granted.put(organization, use);
    }

    /** What was told of the run that made a model, each time that it was. */
    public List<TrainingRecord> records(UUID model) {
        return records.getOrDefault(model, List.of());
    }

    /** What was told of the model's reproductions, each time that it was. */
    public List<ReproductionVerdict> verdicts(UUID model) {
        return verdicts.getOrDefault(model, List.of());
    }

    /** The model has a result that this job did not make. */
    public void hold(UUID model, String content) {
        models.get(model).stored = new Stored(UUID.randomUUID(), "attachment", bytes(content), sha256(bytes(content)));
    }

    /** Requests so far, as {@code METHOD path}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The next request that begins like this is answered with a status. */
    public void refuse(String request, int status) {
        troubles.add(new Trouble(r -> r.startsWith(request), status, false));
    }

    /** Nothing goes wrong any more. */
    public void recover() {
        troubles.clear();
    }

    /** The next request that begins like this takes effect, but its answer is lost when the trouble ends. */
    public Trouble loseAnswer(String request) {
        Trouble trouble = new Trouble(r -> r.startsWith(request), 0, true);
        troubles.add(trouble);
        return trouble;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String request =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        requests.add(request);
        Trouble trouble =
                troubles.stream().filter(t -> t.fits.test(request)).findFirst().orElse(null);
        if (trouble != null && !troubles.remove(trouble)) {
            trouble = null;
        }
        try (exchange) {
            if (trouble != null && !trouble.after) {
                exchange.getRequestBody().readAllBytes();
                problem(exchange, trouble.status, "the registry has a bad moment");
                trouble.reached.countDown();
                return;
            }
            if (trouble != null) {
                if (request.startsWith("PUT /internal")) {
                    take(exchange, UUID.fromString(request.split("/")[3]));
                } else {
                    Model model = models.get(UUID.fromString(request.split("/")[2]));
                    store(model, credentials.get(bearer(exchange)), exchange);
                }
                trouble.reached.countDown();
                // closing without an answer breaks the connection
                trouble.goOn.await();
                return;
            }
            answer(exchange, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, String request) throws IOException {
        String[] path = exchange.getRequestURI().getPath().substring(1).split("/");
        boolean internal = path[0].equals("internal");
        UUID id = UUID.fromString(path[internal ? 2 : 1]);
        String what = exchange.getRequestMethod() + " " + String.join("/", path).replace(id.toString(), "id");
        if (what.equals("GET dataset/id")) {
            UUID of = reads(exchange);
            if (of == null) {
                problem(exchange, 401, "no credential of a job");
            } else {
                send(exchange, 200, "application/octet-stream", models.get(of).dataset);
            }
            return;
        }
        boolean service = bearer(exchange).startsWith("ey");
        if (what.equals("GET internal/dataset/id/content")) {
            Model model = models.values().stream()
                    .filter(each -> each.order.datasetId().equals(id))
                    .findFirst()
                    .orElseThrow();
            send(exchange, service ? 200 : 403, "application/octet-stream", model.dataset);
            return;
        }
        Model model = models.get(id);
        String forUser = exchange.getRequestHeaders().getFirst("X-On-Behalf-Of");
        if (model == null || (forUser != null && !sees(model, organization(forUser)))) {
            problem(exchange, 404, "model_id: " + id);
            return;
        }
        UUID of = credentials.get(bearer(exchange));
        if (service && what.startsWith("PUT internal/model/id/")) {
            take(exchange, id);
            send(exchange, 204, "application/json", new byte[0]);
            return;
        }
        switch (what) {
            case "GET model/id/status" -> json(exchange, service ? 200 : 403, state(model));
            case "GET internal/model/id/training" ->
                json(exchange, service && (forUser == null || owns(model, forUser)) ? 200 : 403, model.order);
            case "POST internal/model/id/job-credential" -> issue(exchange, model);
            case "GET model/id/definition" ->
                send(
                        exchange,
                        service || id.equals(reads(exchange)) ? 200 : 403,
                        "application/octet-stream",
                        model.definition);
            case "GET internal/model/id/artifact" ->
                send(
                        exchange,
                        service && uses(model, forUser) ? 200 : 403,
                        "application/octet-stream",
                        model.stored.content());
            case "PUT model/id" -> json(exchange, store(model, of, exchange), Map.of("model_id", id));
            default -> throw new IOException(request);
        }
    }

    private static boolean uses(Model model, String forUser) {
        return forUser == null || owns(model, forUser) || model.granted.getOrDefault(organization(forUser), false);
    }

    private static boolean owns(Model model, String forUser) {
        return organization(forUser).equals(model.order.organizationId());
    }

    private static boolean sees(Model model, UUID organization) {
        return organization.equals(model.order.organizationId()) || model.granted.containsKey(organization);
    }

    private void take(HttpExchange exchange, UUID model) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestURI().getPath().endsWith("/training-record")) {
            records.computeIfAbsent(model, _ -> new CopyOnWriteArrayList<>())
                    .add(JSON.readValue(body, TrainingRecord.class));
        } else {
            verdicts.computeIfAbsent(model, _ -> new CopyOnWriteArrayList<>())
                    .add(JSON.readValue(body, ReproductionVerdict.class));
        }
    }

    private void issue(HttpExchange exchange, Model model) throws IOException {
        Map<?, ?> body = JSON.readValue(exchange.getRequestBody().readAllBytes(), Map.class);
        boolean readOnly = Boolean.TRUE.equals(body.get("read_only"));
        if ((model.stored != null) != readOnly) {
            problem(
                    exchange,
                    409,
                    readOnly ? "the model has not been trained yet" : "the model has its result already");
            return;
        }
        if (readOnly) {
            String token = token();
            readers.put(token, model.order.modelId());
            json(
                    exchange,
                    200,
                    Map.of("token", token, "expires_at", Instant.now().plusSeconds(60)));
            return;
        }
        String token = issue(model.order.modelId(), UUID.fromString(String.valueOf(body.get("job_id"))));
        json(exchange, 200, Map.of("token", token, "expires_at", Instant.now().plusSeconds(60)));
    }

    /** A job's credential, instead of the model's earlier ones. */
    public String issue(UUID modelId, UUID jobId) {
        String token = token();
        models.get(modelId).job = jobId;
        credentials.values().removeIf(modelId::equals);
        credentials.put(token, modelId);
        return token;
    }

    private static String token() {
        return "mlj_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(UUID.randomUUID() + ""));
    }

    /** The model whose inputs the request's credential opens. */
    private UUID reads(HttpExchange exchange) {
        String bearer = bearer(exchange);
        return credentials.getOrDefault(bearer, readers.get(bearer));
    }

    private static int store(Model model, UUID credentialOf, HttpExchange exchange) throws IOException {
        byte[] content = exchange.getRequestBody().readAllBytes();
        if (!model.order.modelId().equals(credentialOf)) {
            return 403;
        }
        synchronized (model) {
            if (model.stored != null) {
                return model.stored.sha256().equals(sha256(content)) ? 200 : 409;
            }
            model.stored = new Stored(
                    model.job, exchange.getRequestHeaders().getFirst("Content-Disposition"), content, sha256(content));
            model.status = "STORED";
            return 200;
        }
    }

    private static Map<String, Object> state(Model model) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("model_id", model.order.modelId());
        state.put("organization_id", model.order.organizationId());
        state.put("developer_id", model.order.developerId());
        state.put("dataset_id", model.order.datasetId());
        state.put("status", model.status);
        state.put("origin", model.origin);
        state.put("created_at", Instant.EPOCH);
        if (model.stored != null) {
            state.put("sha256", model.stored.sha256());
        }
        return state;
    }

    private static String bearer(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null ? "" : header.substring("Bearer ".length());
    }

    private static UUID organization(String jwt) {
        String claims = new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]), StandardCharsets.UTF_8);
        return UUID.fromString(JSON.readTree(claims).path("organization_id").asString());
    }

    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void problem(HttpExchange exchange, int status, String detail) throws IOException {
        send(exchange, status, "application/problem+json", bytes("{\"detail\":\"" + detail + "\"}"));
    }

    private static void json(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
