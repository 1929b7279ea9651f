package io.mlaas.translation.onnx;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The registry's endpoints that translation-service uses, in memory, with its rule that companies see only their own. */
final class FakeRegistry {
    private static final Pattern ASSET =
            Pattern.compile("(?:/internal)?/model/([0-9a-f-]{36})(/status|/certificate|/artifact|/definition)?");

    private static final Pattern DATASET = Pattern.compile("(?:/internal)?/dataset/([0-9a-f-]{36})(/status|/content)");

    /** A model of this name is not delivered: its bytes are not what the chain says. */
    static final String TAMPERED = "tampered.pt";

    /** A model of this name may be seen, but not used. */
    static final String NOT_GRANTED = "not-granted.pt";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    record Model(
            UUID id,
            UUID organization,
            String status,
            String format,
            String fileName,
            byte[] bytes,
            String sha256,
            UUID source,
            String certificate) {}

    private final Map<UUID, Model> models = new ConcurrentHashMap<>();
    private static final Pattern COMPANY = Pattern.compile("organization_id=([0-9a-f-]{36})");

    private final Map<UUID, String> references = new ConcurrentHashMap<>();
    private final List<Model> translations = new CopyOnWriteArrayList<>();
    private final AtomicInteger downloads = new AtomicInteger();
    private final Map<UUID, Dataset> datasets = new ConcurrentHashMap<>();
    private final Map<UUID, UUID> trainedOn = new ConcurrentHashMap<>();
    private final Map<UUID, String> definitions = new ConcurrentHashMap<>();
    /** Holds deliveries up until it is counted down. */
    private volatile CountDownLatch gate;

    private final HttpServer server;
    private volatile String registeredStatus = "TRAINED";

    FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                handle(exchange);
            }
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    UUID add(UUID organization, String status, String format, String fileName, byte[] bytes) {
        return add(organization, status, format, fileName, bytes, sha256(bytes));
    }

    UUID add(UUID organization, String status, String format, String fileName, byte[] bytes, String sha256) {
        UUID id = UUID.randomUUID();
        models.put(id, new Model(id, organization, status, format, fileName, bytes, sha256, null, null));
        return id;
    }

    /** @param metadata what it was registered with, JSON */
    record Dataset(UUID id, UUID organization, String fileName, byte[] bytes, String metadata) {}

    UUID addDataset(UUID organization, String fileName, String content, String metadata) {
        return addDataset(organization, fileName, content.getBytes(StandardCharsets.UTF_8), metadata);
    }

    UUID addDataset(UUID organization, String fileName, byte[] content, String metadata) {
        UUID id = UUID.randomUUID();
        datasets.put(id, new Dataset(id, organization, fileName, content, metadata));
        return id;
    }

    /** @param definition the architecture file; null for none */
    void trainedOn(UUID model, UUID dataset, String definition) {
        trainedOn.put(model, dataset);
        if (definition != null) {
            definitions.put(model, definition);
        }
    }

    /** Delivers nothing until the answer is counted down. */
    CountDownLatch hold() {
        CountDownLatch closed = new CountDownLatch(1);
        gate = closed;
        return closed;
    }

    Model model(UUID id) {
        return models.get(id);
    }

    List<Model> translations() {
        return translations;
    }

    int downloads() {
        return downloads.get();
    }

    /** What the registry makes of translations from now on: {@code STORED} while the chain is slow. */
    void registersAs(String status) {
        registeredStatus = status;
    }

    void forget() {
        models.clear();
        translations.clear();
        downloads.set(0);
        CountDownLatch held = gate;
        if (held != null) {
            held.countDown();
        }
        gate = null;
        registeredStatus = "TRAINED";
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode service =
                claims(exchange.getRequestHeaders().getFirst("Authorization").substring(7));
        String user = exchange.getRequestHeaders().getFirst("X-On-Behalf-Of");
        if (!service.at("/realm_access/roles").toString().contains("SERVICE")) {
            answer(exchange, 403, "application/problem+json", "{}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        Matcher named = COMPANY.matcher(query);
        // Without a user the service acts for the company that it names, or for the platform, which sees everything.
        UUID company = user != null
                ? UUID.fromString(claims(user).get("organization_id").asString())
                : named.find() ? UUID.fromString(named.group(1)) : null;
        String path = exchange.getRequestURI().getPath();
        Matcher dataset = DATASET.matcher(path);
        if (dataset.matches()) {
            answerDataset(exchange, datasets.get(UUID.fromString(dataset.group(1))), dataset.group(2), company);
            return;
        }
        Matcher asset = ASSET.matcher(path);
        if (asset.matches()) {
            Model model = models.get(UUID.fromString(asset.group(1)));
            if (model == null || (company != null && !model.organization().equals(company))) {
                answer(
                        exchange,
                        404,
                        "application/problem+json",
                        "{\"code\":\"UNKNOWN_MODEL\"}".getBytes(StandardCharsets.UTF_8));
            } else if ("/status".equals(asset.group(2))) {
                json(exchange, 200, status(model));
            } else if ("/definition".equals(asset.group(2))) {
                String definition = definitions.get(model.id());
                answer(
                        exchange,
                        definition == null ? 404 : 200,
                        "application/json",
                        String.valueOf(definition).getBytes(StandardCharsets.UTF_8));
            } else if ("/certificate".equals(asset.group(2))) {
                answer(exchange, 200, "application/json", model.certificate().getBytes(StandardCharsets.UTF_8));
            } else {
                downloads.incrementAndGet();
                awaitOpen();
                if (model.fileName().equals(NOT_GRANTED)) {
                    answer(
                            exchange,
                            403,
                            "application/problem+json",
                            "{\"code\":\"NOT_GRANTED\"}".getBytes(StandardCharsets.UTF_8));
                    return;
                }
                if (model.fileName().equals(TAMPERED)) {
                    answer(
                            exchange,
                            409,
                            "application/problem+json",
                            "{\"code\":\"ASSET_QUARANTINED\"}".getBytes(StandardCharsets.UTF_8));
                    return;
                }
                answer(exchange, 200, "application/octet-stream", model.bytes());
            }
            return;
        }
        UUID source = UUID.fromString(query.replaceAll(".*source_model_id=([0-9a-f-]{36}).*", "$1"));
        String reference = query.replaceAll("(?s).*reference_sha256=([0-9a-f]*).*", "$1");
        if (exchange.getRequestMethod().equals("GET")) {
            Model known = translations.stream()
                    .filter(t -> t.source().equals(source))
                    .reduce((earlier, later) -> later)
                    .orElse(null);
            if (known == null) {
                answer(
                        exchange,
                        404,
                        "application/problem+json",
                        "{\"code\":\"NO_TRANSLATION\"}".getBytes(StandardCharsets.UTF_8));
            } else {
                json(exchange, 200, registered(known, false));
            }
            return;
        }
        Multipart form = Multipart.read(exchange);
        String digest = sha256(form.bytes("artifact"));
        Model same = translations.stream()
                .filter(t -> t.source().equals(source)
                        && t.sha256().equals(digest)
                        && references.get(t.id()).equals(reference))
                .findFirst()
                .orElse(null);
        if (same != null) {
            json(exchange, 200, registered(same, false));
            return;
        }
        Model translation = new Model(
                UUID.randomUUID(),
                company,
                registeredStatus,
                "onnx",
                form.fileName("artifact"),
                form.bytes("artifact"),
                sha256(form.bytes("artifact")),
                source,
                new String(form.bytes("certificate"), StandardCharsets.UTF_8));
        models.put(translation.id(), translation);
        references.put(translation.id(), reference);
        translations.add(translation);
        json(exchange, 201, registered(translation, true));
    }

    /** The registered translation is on the chain now. */
    void anchor() {
        registeredStatus = "TRAINED";
        translations.replaceAll(t -> new Model(
                t.id(),
                t.organization(),
                "TRAINED",
                t.format(),
                t.fileName(),
                t.bytes(),
                t.sha256(),
                t.source(),
                t.certificate()));
        translations.forEach(t -> models.put(t.id(), t));
    }

    /** The model is taken out: it must not be used any more. */
    void quarantine(UUID id) {
        models.computeIfPresent(
                id,
                (key, t) -> new Model(
                        t.id(),
                        t.organization(),
                        "QUARANTINED",
                        t.format(),
                        t.fileName(),
                        t.bytes(),
                        t.sha256(),
                        t.source(),
                        t.certificate()));
        translations.removeIf(t -> t.id().equals(id));
    }

    private void answerDataset(HttpExchange exchange, Dataset dataset, String what, UUID company) throws IOException {
        if (dataset == null || (company != null && !dataset.organization().equals(company))) {
            answer(exchange, 404, "application/problem+json", "{}".getBytes(StandardCharsets.UTF_8));
        } else if (what.equals("/content")) {
            answer(exchange, 200, "text/csv", dataset.bytes());
        } else {
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("dataset_id", dataset.id());
            status.put("organization_id", dataset.organization());
            status.put("status", "REGISTERED");
            status.put("samples_dimension", "(1)");
            status.put("metadata", JSON.readTree(dataset.metadata()));
            status.put("file_name", dataset.fileName());
            status.put("media_type", "text/csv");
            status.put("sha256", sha256(dataset.bytes()));
            status.put("size_bytes", dataset.bytes().length);
            status.put("created_at", Instant.now().toString());
            status.put("tags", Map.of());
            json(exchange, 200, status);
        }
    }

    private void awaitOpen() {
        CountDownLatch held = gate;
        try {
            if (held != null && !held.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the gate stayed closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> registered(Model translation, boolean created) {
        return Map.of(
                "model_id", translation.id(),
                "source_model_id", translation.source(),
                "format", "onnx",
                "status", translation.status(),
                "created", created);
    }

    private Map<String, Object> status(Model model) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("model_id", model.id());
        status.put("organization_id", model.organization());
        status.put("developer_id", UUID.randomUUID());
        status.put("dataset_id", trainedOn.getOrDefault(model.id(), UUID.randomUUID()));
        status.put("source_model_id", model.source());
        status.put("origin", model.source() == null ? "trained" : "translated");
        status.put("status", model.status());
        status.put("created_at", Instant.now().toString());
        if (model.bytes().length > 0) {
            status.put("format", model.format());
            status.put("file_name", model.fileName());
            status.put("sha256", model.sha256());
            status.put("size_bytes", model.bytes().length);
        }
        return status;
    }

    private static void json(HttpExchange exchange, int status, Map<String, Object> body) throws IOException {
        answer(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static JsonNode claims(String token) {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A multipart body, read whole: these are small. */
    private record Multipart(Map<String, byte[]> parts, Map<String, String> fileNames) {

        static Multipart read(HttpExchange exchange) throws IOException {
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            String boundary = "--" + type.replaceAll(".*boundary=\"?([^\";]+).*", "$1");
            // Latin-1 maps every byte to one character and back.
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            Map<String, byte[]> parts = new LinkedHashMap<>();
            Map<String, String> fileNames = new LinkedHashMap<>();
            for (String part : text.split(Pattern.quote(boundary))) {
                int end = part.indexOf("\r\n\r\n");
                if (end < 0) {
                    continue;
                }
                String head = part.substring(0, end);
                String name = head.replaceAll("(?s).*[; ]name=\"([^\"]*)\".*", "$1");
                parts.put(name, part.substring(end + 4, part.length() - 2).getBytes(StandardCharsets.ISO_8859_1));
                if (head.contains("filename=")) {
                    fileNames.put(name, head.replaceAll("(?s).*filename=\"([^\"]*)\".*", "$1"));
                }
            }
            return new Multipart(parts, fileNames);
        }

        byte[] bytes(String name) {
            return parts.get(name);
        }

        String fileName(String name) {
            return fileNames.get(name);
        }
    }
}
