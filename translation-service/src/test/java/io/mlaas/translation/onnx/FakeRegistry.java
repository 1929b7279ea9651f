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
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The registry's endpoints that translation-service uses, in memory, with its rule that companies see only their own. */
final class FakeRegistry {
    private static final Pattern ASSET =
            Pattern.compile("(?:/internal)?/model/([0-9a-f-]{36})(/status|/certificate|/artifact)?");
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
    private final List<Model> translations = new CopyOnWriteArrayList<>();
    private final AtomicInteger downloads = new AtomicInteger();
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
        registeredStatus = "TRAINED";
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode service =
                claims(exchange.getRequestHeaders().getFirst("Authorization").substring(7));
        JsonNode user = claims(exchange.getRequestHeaders().getFirst("X-On-Behalf-Of"));
        if (!service.at("/realm_access/roles").toString().contains("SERVICE")) {
            answer(exchange, 403, "application/problem+json", "{}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        UUID company = UUID.fromString(user.get("organization_id").asString());
        String path = exchange.getRequestURI().getPath();
        Matcher asset = ASSET.matcher(path);
        if (asset.matches()) {
            Model model = models.get(UUID.fromString(asset.group(1)));
            if (model == null || !model.organization().equals(company)) {
                answer(
                        exchange,
                        404,
                        "application/problem+json",
                        "{\"code\":\"UNKNOWN_MODEL\"}".getBytes(StandardCharsets.UTF_8));
            } else if ("/status".equals(asset.group(2))) {
                json(exchange, 200, status(model));
            } else if ("/certificate".equals(asset.group(2))) {
                answer(exchange, 200, "application/json", model.certificate().getBytes(StandardCharsets.UTF_8));
            } else {
                downloads.incrementAndGet();
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
        UUID source = UUID.fromString(
                exchange.getRequestURI().getQuery().replaceAll(".*source_model_id=([0-9a-f-]{36}).*", "$1"));
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
        translations.add(translation);
        json(exchange, 201, registered(translation, true));
    }

    private static Map<String, Object> registered(Model translation, boolean created) {
        return Map.of(
                "model_id", translation.id(),
                "source_model_id", translation.source(),
                "format", "onnx",
                "status", translation.status(),
                "created", created);
    }

    private static Map<String, Object> status(Model model) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("model_id", model.id());
        status.put("organization_id", model.organization());
        status.put("developer_id", UUID.randomUUID());
        status.put("dataset_id", UUID.randomUUID());
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
