package io.mlaas.training.registry;

import io.mlaas.api.sharing.ModelSharingApi.JobCredential;
import io.mlaas.kit.observe.Correlation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A job's files, from and to the registry with the job's credential; streamed, whatever their size. */
public final class RegistryFiles {
    private static final int CHUNK = 1024 * 1024;
    private static final int LONGEST_PROBLEM = 8192;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RestClient files;

    /**
     * @param builder without interceptors: with them, a body is held in memory
     * @param timeout how long one file may take
     */
    public RegistryFiles(RestClient.Builder builder, URI registry, Duration timeout) {
        var factory = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build());
        factory.setReadTimeout(timeout);
        this.files =
                builder.baseUrl(registry.toString()).requestFactory(factory).build();
    }

    /** @throws RegistryException of kind REFUSED also when the file is not the one that was registered */
    public void dataset(UUID datasetId, JobCredential credential, Path target, String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException {
        download(ask("/dataset/{id}", datasetId, credential), "dataset", target, sha256, cancelled);
    }

    public void definition(
            UUID modelId, JobCredential credential, Path target, @Nullable String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException {
        download(ask("/model/{id}/definition", modelId, credential), "model definition", target, sha256, cancelled);
    }

    /** Registers a result. The same job may repeat it with the same bytes. */
    public void put(UUID modelId, JobCredential credential, Path file, String name) throws RegistryException {
        asking("register the result", () -> files.put()
                .uri("/model/{id}", modelId)
                .headers(headers -> identify(headers, credential))
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(name, StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(new FileSystemResource(file))
                .retrieve()
                .toBodilessEntity());
    }

    private RestClient.RequestHeadersSpec<?> ask(String path, UUID id, JobCredential credential) {
        return files.get().uri(path, id).headers(headers -> identify(headers, credential));
    }

    static void download(
            RestClient.RequestHeadersSpec<?> request,
            String what,
            Path target,
            @Nullable String expected,
            BooleanSupplier cancelled)
            throws RegistryException, IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        String found = asking(
                "give out the " + what,
                () -> request.exchange((_, response) -> {
                    if (response.getStatusCode().value() != 200) {
                        throw response.createException();
                    }
                    return save(response, partial, cancelled);
                }));
        if (expected != null && !expected.equals(found)) {
            Files.delete(partial);
            throw new RegistryException(
                    RegistryException.Kind.REFUSED,
                    "the " + what + " is not the registered one: sha256 " + found + " (expected: " + expected + ")",
                    null);
        }
        Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String save(ClientHttpResponse response, Path target, BooleanSupplier cancelled) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[CHUNK];
        try (InputStream in = response.getBody();
                OutputStream out = Files.newOutputStream(target)) {
            for (int n = in.readNBytes(buffer, 0, CHUNK); n > 0; n = in.readNBytes(buffer, 0, CHUNK)) {
                if (cancelled.getAsBoolean()) {
                    throw new IOException("cancelled");
                }
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static <T> T asking(String what, Supplier<T> request) throws RegistryException {
        try {
            return request.get();
        } catch (RestClientResponseException e) {
            throw RegistryException.answered(e.getStatusCode(), what, detail(e.getResponseBodyAsByteArray()));
        } catch (ResourceAccessException e) {
            throw new RegistryException(
                    RegistryException.Kind.UNAVAILABLE, "the registry did not answer when asked to " + what, e);
        } catch (RestClientException e) {
            throw new RegistryException(
                    RegistryException.Kind.UNAVAILABLE, "the registry's answer broke off when asked to " + what, e);
        }
    }

    /** The sentence in a problem document, or nothing. */
    private static String detail(byte[] body) {
        try {
            return JSON.readTree(Arrays.copyOf(body, Math.min(body.length, LONGEST_PROBLEM)))
                    .path("detail")
                    .asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    private static void identify(HttpHeaders headers, JobCredential credential) {
        headers.setBearerAuth(credential.token());
        String correlation = Correlation.current();
        if (correlation != null) {
            headers.set(Correlation.HEADER, correlation);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
