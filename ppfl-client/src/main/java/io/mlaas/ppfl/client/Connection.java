package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationTls;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.Gathered;
import io.mlaas.ppfl.protocol.message.Pieces;
import io.mlaas.ppfl.protocol.v1.EnrolReply;
import io.mlaas.ppfl.protocol.v1.EnrolRequest;
import io.mlaas.ppfl.protocol.v1.EnrolmentGrpc;
import io.mlaas.ppfl.protocol.v1.FederationGrpc;
import io.mlaas.ppfl.protocol.v1.Hello;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Trouble;
import io.netty.handler.ssl.NotSslRecordException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A connection to the federation's server, always begun here; calls fail with gRPC's status. */
final class Connection implements AutoCloseable {
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int MOST_BYTES_OF_A_QUESTION = Integer.MAX_VALUE;

    private final ManagedChannel channel;

    private Connection(ManagedChannel channel) {
        this.channel = channel;
    }

    static Connection forEnrolment(EnrolmentKit kit) {
        return new Connection(kept(FederationTls.enrolment(kit)));
    }

    static Connection of(EnrolmentKit kit, ParticipantKey.Credentials credentials) {
        return new Connection(kept(FederationTls.participant(kit, credentials)));
    }

    /** Routers forget connections on which nothing is said, and a server that is gone says nothing. */
    private static ManagedChannel kept(NettyChannelBuilder builder) {
        return builder.keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .maxInboundMessageSize(Pieces.SIZE + (64 << 10))
                .build();
    }

    String enrol(EnrolmentKit kit, String certificateRequest) {
        EnrolReply reply = EnrolmentGrpc.newBlockingStub(channel)
                .withDeadlineAfter(1, TimeUnit.MINUTES)
                .enrol(EnrolRequest.newBuilder()
                        .setFederation(kit.federation())
                        .setParticipant(kit.participant())
                        .setSecret(kit.secret())
                        .setCertificateRequest(certificateRequest)
                        .build());
        return reply.getCertificate();
    }

    Iterator<Notice> join() {
        return FederationGrpc.newBlockingStub(channel)
                .join(Hello.newBuilder().setSoftware(Version.software()).build());
    }

    ByteString fetch(Place place) {
        Gathered question = new Gathered(MOST_BYTES_OF_A_QUESTION);
        FederationGrpc.newBlockingStub(channel).fetch(place).forEachRemaining(question::add);
        return question.content();
    }

    Receipt complain(Trouble trouble) {
        return FederationGrpc.newBlockingStub(channel)
                .withDeadlineAfter(1, TimeUnit.MINUTES)
                .complain(trouble);
    }

    Receipt answer(Place place, ByteString content) {
        Sending sending = new Sending(Pieces.of(place, content));
        FederationGrpc.newStub(channel).answer(sending);
        try {
            return sending.receipt.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : e;
        }
    }

    private static final class Sending implements ClientResponseObserver<Piece, Receipt> {
        private final CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        private final Pieces pieces;

        Sending(Pieces pieces) {
            this.pieces = pieces;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Piece> call) {
            call.setOnReadyHandler(() -> pieces.sendMore(call));
        }

        @Override
        public void onNext(Receipt value) {
            receipt.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            receipt.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            receipt.completeExceptionally(new IllegalStateException("the server said nothing (expected: a receipt)"));
        }
    }

    /** What a call's failure comes down to. */
    static String said(Status status) {
        Throwable cause = status.getCause();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof NotSslRecordException) {
            return "what answers there speaks no TLS";
        }
        String description = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        return cause == null || cause.getMessage() == null ? description : cause.getMessage();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
