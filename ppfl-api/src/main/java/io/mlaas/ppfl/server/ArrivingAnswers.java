package io.mlaas.ppfl.server;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.protocol.message.Gathered;
import io.mlaas.ppfl.protocol.message.ProtocolException;
import io.mlaas.ppfl.protocol.v1.Piece;
import io.mlaas.ppfl.protocol.v1.Receipt;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Answers whose pieces come in. They are held in memory: so only those that were asked for, one of each participant at a time,
 * and none that is longer than its plan has any use for.
 */
@Component
class ArrivingAnswers {
    private static final Logger log = LoggerFactory.getLogger(ArrivingAnswers.class);
    private static final long ROOM = 1 << 20;

    /** An encrypted number takes the most, about 16. */
    private static final long BYTES_OF_A_NUMBER = 32;

    /** Keys, shares and sealed messages, in the phases where something is said to each of the others. */
    private static final long BYTES_FOR_A_CLIENT = 64 << 10;

    private final Map<Sender, Arriving> arriving = new ConcurrentHashMap<>();
    private final Intake intake;
    private final long largest;

    private record Sender(UUID federation, String name) {}

    ArrivingAnswers(Intake intake, FederationServerProperties properties) {
        this.intake = intake;
        this.largest = properties.largestAnswer().toBytes();
    }

    /** @param whole is given the answer when all of it is there, and ends the call */
    StreamObserver<Piece> begin(
            Federation federation, String name, StreamObserver<Receipt> out, Consumer<Gathered> whole) {
        return new Arriving(federation, name, out, whole);
    }

    private long most(Federation federation) {
        RunPlan plan = RunPlan.of(federation.plan());
        return Math.min(largest, ROOM + BYTES_OF_A_NUMBER * plan.layout().size() + BYTES_FOR_A_CLIENT * plan.clients());
    }

    private enum State {
        NEW,
        COMING,
        TAKEN,
        OVER
    }

    /** Its own call's methods come one after another; {@link #giveUp} may come from another call. */
    private final class Arriving implements StreamObserver<Piece> {
        private final Federation federation;
        private final Sender sender;
        private final StreamObserver<Receipt> out;
        private final Consumer<Gathered> whole;
        private Gathered gathered = new Gathered(0);
        private State state = State.NEW;

        Arriving(Federation federation, String name, StreamObserver<Receipt> out, Consumer<Gathered> whole) {
            this.federation = federation;
            this.sender = new Sender(federation.id(), name);
            this.out = out;
            this.whole = whole;
        }

        @Override
        public void onNext(Piece piece) {
            if (moved(State.NEW, State.OVER) && !begins(piece)) {
                return;
            }
            try {
                add(piece);
            } catch (ProtocolException e) {
                leave();
                throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
            }
        }

        private boolean begins(Piece first) {
            Optional<Receipt> refused = intake.refusal(sender.federation(), sender.name(), first.getPlace());
            if (refused.isPresent()) {
                out.onNext(refused.get());
                out.onCompleted();
                return false;
            }
            gathered = new Gathered(most(federation));
            state = State.COMING;
            Arriving now =
                    arriving.compute(sender, (same, before) -> before == null || before.giveUp() ? this : before);
            if (now != this) {
                leave();
                throw Status.ABORTED
                        .withDescription("another answer of this participant is looked at")
                        .asRuntimeException();
            }
            return true;
        }

        private synchronized void add(Piece piece) {
            if (state == State.COMING) {
                gathered.add(piece);
            }
        }

        /** @return whether it was not complete yet, and is forgotten */
        private synchronized boolean giveUp() {
            if (state == State.COMING) {
                state = State.OVER;
                gathered = new Gathered(0);
                out.onError(Status.ABORTED
                        .withDescription("another answer of this participant has begun")
                        .asRuntimeException());
            }
            return state == State.OVER;
        }

        private synchronized boolean moved(State from, State to) {
            boolean was = state == from;
            if (was) {
                state = to;
            }
            return was;
        }

        private void leave() {
            synchronized (this) {
                state = State.OVER;
                gathered = new Gathered(0);
            }
            arriving.remove(sender, this);
        }

        @Override
        public void onError(Throwable gone) {
            log.debug("{} has broken off its answer", sender.name(), gone);
            leave();
        }

        @Override
        public void onCompleted() {
            boolean empty = moved(State.NEW, State.TAKEN);
            if (empty || moved(State.COMING, State.TAKEN)) {
                try {
                    whole.accept(gathered);
                } finally {
                    leave();
                }
            }
        }
    }
}
