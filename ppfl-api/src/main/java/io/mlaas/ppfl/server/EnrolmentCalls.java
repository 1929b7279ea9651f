package io.mlaas.ppfl.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationAuthority;
import io.mlaas.ppfl.protocol.identity.IdentityException;
import io.mlaas.ppfl.protocol.v1.EnrolReply;
import io.mlaas.ppfl.protocol.v1.EnrolRequest;
import io.mlaas.ppfl.protocol.v1.EnrolmentGrpc;
import io.mlaas.ppfl.server.Participants.Kit;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives certificates for enrolment kits: one for each, however often the same request comes. */
@Component
class EnrolmentCalls extends EnrolmentGrpc.EnrolmentImplBase {
    private static final Logger log = LoggerFactory.getLogger(EnrolmentCalls.class);
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_REQUEST = 16 << 10;

    /** Whatever is wrong with federation, name and secret is answered the same. */
    private static final String NO_KIT = "no such enrolment kit, or it is not valid any more";

    private final Authorities authorities;
    private final Participants participants;
    private final FederationServerProperties properties;
    private final TransactionTemplate transaction;

    EnrolmentCalls(
            Authorities authorities,
            Participants participants,
            FederationServerProperties properties,
            PlatformTransactionManager transactions) {
        this.authorities = authorities;
        this.participants = participants;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public void enrol(EnrolRequest request, StreamObserver<EnrolReply> reply) {
        try {
            String certificate = transaction.execute(status -> certificate(request));
            reply.onNext(EnrolReply.newBuilder().setCertificate(certificate).build());
            reply.onCompleted();
        } catch (StatusRuntimeException refused) {
            log.info(
                    "enrolment of {} refused: {}",
                    shortened(request.getParticipant()),
                    refused.getStatus().getDescription());
            reply.onError(refused);
        } catch (IdentityException e) {
            reply.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (RuntimeException e) {
            log.error("enrolment failed", e);
            reply.onError(Status.UNAVAILABLE
                    .withDescription("enrolment is not possible now")
                    .asRuntimeException());
        }
    }

    /** Anybody can send any text here. */
    private static String shortened(String name) {
        String beginning = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
        return beginning.replaceAll("\\p{Cntrl}", "?");
    }

    private String certificate(EnrolRequest request) {
        UUID federation = Authorities.id(request.getFederation()).orElseThrow(EnrolmentCalls::noKit);
        FederationAuthority authority = authorities.of(federation).orElseThrow(EnrolmentCalls::noKit);
        Kit kit = participants
                .lockKit(federation, request.getParticipant())
                .filter(found -> same(found.secretSha256(), EnrolmentKit.digest(request.getSecret())))
                .filter(found -> found.state() != InvitedParticipant.State.REVOKED)
                .orElseThrow(EnrolmentCalls::noKit);
        String csr = request.getCertificateRequest();
        if (csr.length() > LONGEST_REQUEST) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("certificate_request: " + csr.length() + " characters (expected: at most "
                            + LONGEST_REQUEST + ")")
                    .asRuntimeException();
        }
        String digest = Digests.sha256(csr.getBytes(StandardCharsets.UTF_8));
        Optional<String> before = Optional.ofNullable(kit.certificate());
        if (before.isPresent()) {
            if (digest.equals(kit.requestSha256())) {
                return before.get();
            }
            throw Status.PERMISSION_DENIED
                    .withDescription("the enrolment kit of " + request.getParticipant()
                            + " was used before, with another key (expected: each kit once; ask the federation's owner for"
                            + " another one)")
                    .asRuntimeException();
        }
        if (kit.expires().isBefore(Instant.now())) {
            throw noKit();
        }
        FederationAuthority.Issued issued =
                authority.issue(csr, request.getParticipant(), Instant.now(), properties.certificateValid());
        participants.enrolled(federation, request.getParticipant(), digest, issued);
        return issued.certificatePem();
    }

    private static boolean same(String known, String given) {
        return MessageDigest.isEqual(
                known.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.US_ASCII));
    }

    private static StatusRuntimeException noKit() {
        return Status.PERMISSION_DENIED.withDescription(NO_KIT).asRuntimeException();
    }
}
