package io.mlaas.ppfl.job;

import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.JsonNode;

/** The handwritten digits that come with the platform: registered once for each company that trains on them. */
@Component
class BuiltInDataset {
    private static final String FILE = "digits.csv";
    private static final String METADATA = """
            {"samples_dimension": "(1,8,8)", "name": "built-in-digits"}
            """;

    private final RestClient registry;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final String sha256;

    BuiltInDataset(
            ServiceClients clients,
            ServicesProperties services,
            JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.registry = clients.restClient(services.modelSharing());
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.sha256 = sha256(content());
    }

    /** With the rights of the user behind the request: it is this company's like any other. */
    UUID of(UUID organization) {
        return find(organization).filter(this::isThere).orElseGet(() -> register(organization));
    }

    /** The one that the company has, if it ever trained on it. */
    Optional<UUID> find(UUID organization) {
        return jdbc.sql("select dataset_id from built_in_dataset where organization_id = :company and sha256 = :sha256")
                .param("company", organization)
                .param("sha256", sha256)
                .query(UUID.class)
                .optional();
    }

    /** A company may delete it, like any other of its datasets. */
    private boolean isThere(UUID dataset) {
        return registry.get().uri("/dataset/{id}/status", dataset).exchangeForRequiredValue((request, response) -> {
            HttpStatusCode status = response.getStatusCode();
            if (status.isError() && !status.is4xxClientError()) {
                throw response.createException();
            }
            return status.is2xxSuccessful();
        });
    }

    /** Two requests at the same moment make one dataset: the second waits for the first. */
    private UUID register(UUID organization) {
        return java.util.Objects.requireNonNull(transaction.execute(status -> {
            jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
                    .param("key", "built-in dataset of " + organization)
                    .query((row, number) -> true)
                    .single();
            Optional<UUID> meanwhile = find(organization).filter(this::isThere);
            if (meanwhile.isPresent()) {
                return meanwhile.get();
            }
            UUID made = upload();
            jdbc.sql("""
                    insert into built_in_dataset (organization_id, sha256, dataset_id) values (:company, :sha256, :dataset)
                    on conflict (organization_id, sha256) do update set dataset_id = excluded.dataset_id
                    """)
                    .param("company", organization)
                    .param("sha256", sha256)
                    .param("dataset", made)
                    .update();
            return made;
        }));
    }

    private UUID upload() {
        var form = new LinkedMultiValueMap<String, Object>();
        HttpHeaders text = new HttpHeaders();
        text.setContentType(MediaType.APPLICATION_JSON);
        form.add("metadata", new HttpEntity<>(METADATA, text));
        form.add("dataset", new ByteArrayResource(content()) {
            @Override
            public String getFilename() {
                return FILE;
            }
        });
        JsonNode answer = registry.post()
                .uri("/dataset")
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .body(form)
                .retrieve()
                .requiredBody(JsonNode.class);
        return UUID.fromString(answer.path("dataset_id").asString());
    }

    private static byte[] content() {
        try (var in = new ClassPathResource("io/mlaas/ppfl/job/" + FILE).getInputStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
