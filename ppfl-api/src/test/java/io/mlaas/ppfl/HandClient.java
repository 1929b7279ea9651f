package io.mlaas.ppfl;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.FederationTls;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.Gathered;
import io.mlaas.ppfl.protocol.message.Pieces;
import io.mlaas.ppfl.protocol.message.Vectors;
import io.mlaas.ppfl.protocol.v1.EnrolRequest;
import io.mlaas.ppfl.protocol.v1.EnrolmentGrpc;
import io.mlaas.ppfl.protocol.v1.FederationGrpc;
import io.mlaas.ppfl.protocol.v1.Hello;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Training;
import io.mlaas.ppfl.protocol.v1.Trouble;
import io.mlaas.ppfl.protocol.v1.Update;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that says what a test wants it to say. */
final class HandClient implements AutoCloseable {
    final BlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
    final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final ManagedChannel channel;

    private HandClient(ManagedChannel channel) {
        this.channel = channel;
    }

    static String enrol(EnrolmentKit kit, String certificateRequest) {
        ManagedChannel channel = FederationTls.enrolment(kit).build();
        try {
            return EnrolmentGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .enrol(EnrolRequest.newBuilder()
                            .setFederation(kit.federation())
                            .setParticipant(kit.participant())
                            .setSecret(kit.secret())
                            .setCertificateRequest(certificateRequest)
                            .build())
                    .getCertificate();
        } finally {
            channel.shutdownNow();
        }
    }

    /** Enrols and joins. */
    static HandClient join(EnrolmentKit kit) {
        ParticipantKey key = ParticipantKey.generate();
        String certificate = enrol(kit, key.certificateRequest(kit.participant()));
        return join(kit, ParticipantKey.credentials(key.pem(), certificate));
    }

    static HandClient join(EnrolmentKit kit, ParticipantKey.Credentials credentials) {
        HandClient client =
                new HandClient(FederationTls.participant(kit, credentials).build());
        FederationGrpc.newStub(client.channel).join(Hello.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(Notice notice) {
                client.notices.add(notice);
            }

            @Override
            public void onError(Throwable failure) {
                client.broken.complete(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return client;
    }

    /** The next notice of this kind; those before are passed over. */
    Notice await(Notice.WhatCase kind) throws InterruptedException {
        while (true) {
            Notice notice = notices.poll(60, TimeUnit.SECONDS);
            if (notice == null) {
                throw new AssertionError(
                        "no " + kind + " from the server within a minute; broken: " + broken.getNow(null));
            }
            if (notice.getWhatCase() == kind) {
                return notice;
            }
        }
    }

    Place asked() throws InterruptedException {
        return await(Notice.WhatCase.ASK).getAsk();
    }

    /** What is asked at a place of a round without encryption. */
    Training training(Place place) throws Exception {
        ByteString question = ByteString.EMPTY;
        Iterator<Piece> pieces = FederationGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .fetch(place);
        while (pieces.hasNext()) {
            question = question.concat(pieces.next().getData());
        }
        return Training.parseFrom(question);
    }

    static Place update(int round) {
        return Place.newBuilder()
                .setRound(round)
                .setAttempt(1)
                .setPhase(Phase.UPDATE)
                .build();
    }

    /** An update of so many numbers, all the same. */
    Receipt say(Place place, int numbers, float value) throws Exception {
        return sending(place, numbers, value).get(30, TimeUnit.SECONDS);
    }

    /** As {@link #say}; the receipt comes later. */
    CompletableFuture<Receipt> sending(Place place, int numbers, float value) {
        float[] change = new float[numbers];
        Arrays.fill(change, value);
        return sending(
                place,
                Update.newBuilder()
                        .setChange(Vectors.bytes(change))
                        .setSamples(10)
                        .build()
                        .toByteString());
    }

    ByteString fetch(Place place) {
        Gathered question = new Gathered(Integer.MAX_VALUE);
        FederationGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .fetch(place)
                .forEachRemaining(question::add);
        return question.content();
    }

    Receipt answer(Place place, ByteString content) throws Exception {
        return sending(place, content).get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<Receipt> sending(Place place, ByteString content) {
        CompletableFuture<Receipt> receipt = new CompletableFuture<>();
        StreamObserver<Piece> out = open(receipt);
        for (int from = 0; from < content.size(); from += Pieces.SIZE) {
            out.onNext(Piece.newBuilder()
                    .setPlace(place)
                    .setTotal(content.size())
                    .setData(content.substring(from, Math.min(content.size(), from + Pieces.SIZE)))
                    .build());
        }
        out.onCompleted();
        return receipt;
    }

    /** Begins an answer; the test says piece by piece what is in it. */
    StreamObserver<Piece> open(CompletableFuture<Receipt> receipt) {
        return FederationGrpc.newStub(channel).answer(new StreamObserver<>() {
            @Override
            public void onNext(Receipt value) {
                receipt.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                receipt.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
    }

    void complain(Trouble.Kind kind, String reason) {
        var unused = FederationGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .complain(Trouble.newBuilder().setKind(kind).setReason(reason).build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
