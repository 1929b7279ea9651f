package io.mlaas.ppfl.delivery;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.mlaas.kit.client.ServiceClients;
import io.mlaas.kit.client.ServicesProperties;
import io.mlaas.kit.net.GuardedSockets;
import io.mlaas.kit.work.ParallelWork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Copies what is due, from the registry, which verifies what it gives out, into the bucket, and compares what is there then. */
@Component
class DeliveryWork extends ParallelWork {
    private static final Logger log = LoggerFactory.getLogger(DeliveryWork.class);
    /** What does not get better by itself. */
    private static final Set<String> REFUSALS = Set.of(
            "AccessDenied",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidBucketName",
            "AllAccessDisabled",
            "AccountProblem");

    private static final String ADDRESS_REFUSED =
            "the host's address is not public (expected: a public one, or one that the operator allows)";

    private final Deliveries deliveries;
    private final ForeignBucket bucket;
    private final RestClient registry;

    DeliveryWork(
            Deliveries deliveries,
            ForeignBucket bucket,
            DeliveryProperties properties,
            ServiceClients clients,
            ServicesProperties services) {
        super(
                "federation-delivery",
                properties.parallel(),
                properties.poll(),
                log,
                "copying models failed, and is tried again");
        this.deliveries = deliveries;
        this.bucket = bucket;
        this.registry = clients.restClient(services.modelSharing());
    }

    @Override
    protected boolean workOnOne() {
        Optional<Deliveries.Due> due = deliveries.take();
        due.ifPresent(found -> {
            try (var ignored =
                    MDC.putCloseable("correlation_id", found.federation().toString())) {
                copy(found);
            }
        });
        return due.isPresent();
    }

    private void copy(Deliveries.Due due) {
        String reason;
        try {
            transfer(due);
            return;
        } catch (UncheckedIOException | RestClientException e) {
            reason = reason(e);
            log.info("the model of federation {} could not be copied: {}", due.federation(), reason);
        }
        if (due.late() || REFUSALS.contains(reason) || reason.equals(ADDRESS_REFUSED)) {
            deliveries.failed(due, reason);
        } else {
            deliveries.again(due, reason);
        }
    }

    private void transfer(Deliveries.Due due) {
        registry.get()
                .uri("/internal/model/{id}/artifact?organization_id={company}", due.federation(), due.organization())
                .exchange((request, response) -> {
                    if (response.getStatusCode().isError()) {
                        throw response.createException();
                    }
                    long size = response.getHeaders().getContentLength();
                    if (size < 0) {
                        throw new IOException(HttpHeaders.CONTENT_LENGTH + ": missing in the registry's answer");
                    }
                    MessageDigest digest = ForeignBucket.sha256();
                    String stored = store(due, new DigestInputStream(response.getBody(), digest), size);
                    String sent = HexFormat.of().formatHex(digest.digest());
                    if (!stored.equals(sent)) {
                        throw new IOException("what is in the bucket is not what was sent");
                    }
                    deliveries.delivered(due, stored, size);
                    return stored;
                });
    }

    private String store(Deliveries.Due due, DigestInputStream content, long size) throws IOException {
        try {
            return bucket.store(due.target(), content, size);
        } catch (MinioException e) {
            throw new IOException(e);
        }
    }

    /** In a word or a sentence; never what a server of somebody else's wrote, which may repeat keys. */
    private static String reason(Throwable thrown) {
        for (@Nullable Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof GuardedSockets.AddressRefused) {
                return ADDRESS_REFUSED;
            }
            for (Throwable suppressed : e.getSuppressed()) {
                if (suppressed instanceof GuardedSockets.AddressRefused) {
                    return ADDRESS_REFUSED;
                }
            }
            if (e instanceof ErrorResponseException refused) {
                String code = String.valueOf(refused.errorResponse().code());
                return code.matches("[A-Za-z]{1,60}") ? code : "the bucket's server refuses";
            }
        }
        return "the bucket's server, or the registry, does not answer as it should";
    }
}
