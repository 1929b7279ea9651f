package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.identity.Participant;
import io.mlaas.ppfl.protocol.identity.ParticipantInterceptor;
import io.mlaas.ppfl.protocol.message.Gathered;
import io.mlaas.ppfl.protocol.message.Pieces;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.FederationGrpc;
import io.mlaas.ppfl.protocol.v1.Hello;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Trouble;
import io.mlaas.ppfl.protocol.v1.Welcome;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What participants' clients ask of the server; who they are is in their certificates. */
@Component
class FederationCalls extends FederationGrpc.FederationImplBase {
    private static final Logger log = LoggerFactory.getLogger(FederationCalls.class);

    private final Federations federations;
    private final Participants participants;
    private final Departures departures;
    private final Runs runs;
    private final Intake intake;
    private final RoundRecords records;
    private final Sessions sessions;
    private final RunDriver driver;
    private final ArrivingAnswers arriving;

    FederationCalls(
            Federations federations,
            Participants participants,
            Departures departures,
            Runs runs,
            Intake intake,
            RoundRecords records,
            Sessions sessions,
            RunDriver driver,
            ArrivingAnswers arriving) {
        this.federations = federations;
        this.participants = participants;
        this.departures = departures;
        this.runs = runs;
        this.intake = intake;
        this.records = records;
        this.sessions = sessions;
        this.driver = driver;
        this.arriving = arriving;
    }

    @Override
    public void join(Hello hello, StreamObserver<Notice> out) {
        Participant who = ParticipantInterceptor.current();
        Federation federation = federation(who);
        Sessions.Session session = new Sessions.Session(who.name(), (ServerCallStreamObserver<Notice>) out);
        ((ServerCallStreamObserver<Notice>) out).setOnCancelHandler(() -> left(federation.id(), session));
        if (federation.state().isOver()) {
            session.end(driver.finished(federation));
            return;
        }
        Run run = runs.place(federation.id()).orElseThrow();
        session.tell(Notice.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setPlan(federation.plan().toString())
                        .setSeed(run.seed()))
                .build());
        log.info("{} of federation {} has joined with {}", who.name(), federation.id(), hello.getSoftware());
        sessions.add(federation.id(), session);
        boolean removed; // after its certificate was looked at, and before there was a session to end
        try {
            intake.up(federation.id(), who.name());
            removed = !participants.isCurrent(federation.id(), who.serial().toString());
        } catch (RuntimeException e) {
            boolean unused = sessions.remove(federation.id(), session); // the call is closed with this
            throw e;
        }
        if (removed) {
            left(federation.id(), session);
            session.refuse(Status.UNAUTHENTICATED.withDescription(Invitations.REMOVED));
            return;
        }
        driver.wake(federation.id());
    }

    private void left(UUID federation, Sessions.Session session) {
        if (sessions.remove(federation, session)) {
            departures.gone(federation, session.name());
        }
    }

    @Override
    public void fetch(Place place, StreamObserver<Piece> out) {
        Participant who = ParticipantInterceptor.current();
        Federation federation = federation(who);
        Run run = runs.find(federation.id()).orElseThrow();
        if (!run.place().equals(place)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("round %d %s is not asked any more".formatted(place.getRound(), place.getPhase()))
                    .asRuntimeException();
        }
        RoundRecord record = records.of(run);
        if (!record.asked(place.getPhase()).contains(who.name())) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(
                            "%s is not asked in round %d %s".formatted(who.name(), place.getRound(), place.getPhase()))
                    .asRuntimeException();
        }
        ByteString question = RunPlan.of(federation.plan()).protocol().question(place.getPhase(), who.name(), record);
        runs.sent(federation.id(), question.size());
        Pieces.send(place, question, (ServerCallStreamObserver<Piece>) out);
    }

    @Override
    public StreamObserver<Piece> answer(StreamObserver<Receipt> out) {
        Participant who = ParticipantInterceptor.current();
        Federation federation = federation(who);
        return arriving.begin(federation, who.name(), out, answer -> take(who, federation, answer, out));
    }

    private void take(Participant who, Federation federation, Gathered answer, StreamObserver<Receipt> out) {
        try {
            out.onNext(intake.take(federation, who.name(), answer.place(), answer.content()));
            out.onCompleted();
        } catch (ProtocolException e) {
            out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (RuntimeException e) {
            if (FailedCalls.isBusy(e)) {
                log.debug("{} of federation {} comes while its round is closed", who.name(), federation.id(), e);
                out.onError(FailedCalls.busy());
                return;
            }
            log.error("an answer of {} in federation {} could not be taken", who.name(), federation.id(), e);
            out.onError(Status.UNAVAILABLE
                    .withDescription("answers cannot be taken now")
                    .asRuntimeException());
        }
        driver.wake(federation.id());
    }

    @Override
    public void complain(Trouble trouble, StreamObserver<Receipt> out) {
        Participant who = ParticipantInterceptor.current();
        Federation federation = federation(who);
        intake.complain(federation, who.name(), trouble);
        driver.wake(federation.id());
        out.onNext(Receipt.newBuilder().setAccepted(true).build());
        out.onCompleted();
    }

    private Federation federation(Participant who) {
        return Authorities.id(who.federation()).flatMap(federations::find).orElseThrow(FederationCalls::unknown);
    }

    private static StatusRuntimeException unknown() {
        return Status.NOT_FOUND.withDescription("there is no such federation").asRuntimeException();
    }
}
