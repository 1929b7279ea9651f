package io.mlaas.ppfl.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mlaas.neural.training.TrainingDivergedException;
import io.mlaas.ppfl.protocol.identity.EnrolmentKit;
import io.mlaas.ppfl.protocol.identity.ParticipantKey;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.Finished;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Trouble;
import io.mlaas.ppfl.protocol.v1.Welcome;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client's part in a federation from its enrolment until the federation's end. Whatever breaks the connection, it is begun
 * again after a pause, and the round at hand goes on where it was.
 */
final class Participation {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** A server that restarts may turn a certificate away for a moment, as it knows nobody yet. */
    private static final int REFUSALS_TO_BELIEVE = 4;

    /** Answers that do not change when they are asked for again. */
    private static final Set<Status.Code> FINAL = Set.of(
            Status.Code.UNAUTHENTICATED,
            Status.Code.PERMISSION_DENIED,
            Status.Code.NOT_FOUND,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.UNIMPLEMENTED);

    private final EnrolmentKit kit;
    private final StateDirectory state;
    private final ProgressLines progress;
    private final Function<Welcome, RoundAnswers> preparing;
    private final Pauses pauses = new Pauses(LONGEST_PAUSE);
    private @Nullable RoundAnswers answers;
    private int refusals;

    /**
     * @param preparing reads the data that the plan asks for, once
     */
    Participation(
            EnrolmentKit kit, StateDirectory state, ProgressLines progress, Function<Welcome, RoundAnswers> preparing) {
        this.kit = kit;
        this.state = state;
        this.progress = progress;
        this.preparing = preparing;
    }

    /** @return how the federation ended */
    Finished untilTheEnd() throws InterruptedException {
        while (true) {
            try {
                ParticipantKey.Credentials credentials = credentials();
                try (Connection connection = Connection.of(kit, credentials)) {
                    return session(connection);
                }
            } catch (StatusRuntimeException e) {
                Duration pause = pauses.next();
                progress.lost(reason(e), pause);
                Thread.sleep(pause);
            }
        }
    }

    private ParticipantKey.Credentials credentials() {
        Optional<ParticipantKey.Credentials> known = Enrolment.known(kit, state);
        if (known.isPresent()) {
            return known.get();
        }
        ParticipantKey.Credentials enrolled = Enrolment.enrol(kit, state);
        progress.enrolled();
        return enrolled;
    }

    private Finished session(Connection connection) {
        Iterator<Notice> notices = connection.join();
        while (notices.hasNext()) {
            Notice notice = notices.next();
            pauses.reached();
            refusals = 0;
            switch (notice.getWhatCase()) {
                case WELCOME -> welcome(notice.getWelcome(), connection);
                case ASK -> asked(notice.getAsk(), connection);
                case ROUND_CLOSED -> progress.closed(notice.getRoundClosed());
                case PAUSED -> progress.paused(notice.getPaused().getReason());
                case FINISHED -> {
                    RoundMemory.forget(state);
                    return notice.getFinished();
                }
                case WHAT_NOT_SET -> progress.unknown();
            }
        }
        throw Status.UNAVAILABLE
                .withDescription("the server has ended the session")
                .asRuntimeException();
    }

    private void welcome(Welcome welcome, Connection connection) {
        if (answers != null) {
            progress.again();
            return;
        }
        try {
            answers = preparing.apply(welcome);
        } catch (UnfitDataException e) {
            Receipt unused = connection.complain(trouble(Trouble.Kind.UNFIT_DATA, e));
            throw ClientException.badInput("--data: " + e.getMessage(), e);
        }
        progress.joined(kit);
    }

    private void asked(Place place, Connection connection) {
        RoundMemory memory = RoundMemory.of(place, state);
        Optional<byte[]> said = memory.answer(place.getPhase());
        if (said.isPresent()) {
            send(place, ByteString.copyFrom(said.get()), connection);
            return;
        }
        if (answers == null) {
            throw new ProtocolException("the server asks before it has told the plan");
        }
        ByteString question = connection.fetch(place);
        ByteString answer;
        try {
            answer = answers.answer(place, question, memory);
        } catch (TrainingDivergedException | ProtocolException | InvalidProtocolBufferException e) {
            progress.failed(place, e);
            Receipt unused = connection.complain(trouble(Trouble.Kind.TRAINING_FAILED, e).toBuilder()
                    .setPlace(place)
                    .build());
            return;
        }
        memory.answered(place.getPhase(), answer.toByteArray());
        send(place, answer, connection);
    }

    private void send(Place place, ByteString answer, Connection connection) {
        Receipt receipt = connection.answer(place, answer);
        if (receipt.getAccepted()) {
            progress.sent(place, answer.size());
        } else {
            progress.refused(place, receipt.getReason());
        }
    }

    private static Trouble trouble(Trouble.Kind kind, Exception e) {
        return Trouble.newBuilder()
                .setKind(kind)
                .setReason(String.valueOf(e.getMessage()))
                .build();
    }

    /** @throws ClientException if there is no use in trying again */
    private String reason(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        String said = Connection.said(status);
        if (FINAL.contains(status.getCode())) {
            throw ClientException.notLetIn("the server at " + kit.server() + " says: " + said, failure);
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                said = "no secure connection: " + cause.getMessage();
                if (++refusals >= REFUSALS_TO_BELIEVE) {
                    throw ClientException.notLetIn(
                            "the server at " + kit.server()
                                    + " and this client do not accept one another's certificates (" + cause.getMessage()
                                    + "); was this participant removed from the federation?",
                            failure);
                }
            }
        }
        return said;
    }
}
