package io.mlaas.ppfl.server;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Paused;
import io.mlaas.ppfl.protocol.v1.Place;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The clients that are connected now. */
@Component
class Sessions {
    private final Map<UUID, Map<String, Session>> sessions = new ConcurrentHashMap<>();

    /** A connected client. Notices may come from several threads. */
    static final class Session {
        private final String name;
        private final ServerCallStreamObserver<Notice> out;
        private @Nullable Place asked;
        private @Nullable String paused;

        Session(String name, ServerCallStreamObserver<Notice> out) {
            this.name = name;
            this.out = out;
        }

        String name() {
            return name;
        }

        synchronized void tell(Notice notice) {
            if (!out.isCancelled()) {
                out.onNext(notice);
            }
        }

        /** Once for each place of a session. */
        synchronized void ask(Place place) {
            if (!place.equals(asked)) {
                asked = place;
                paused = null;
                tell(Notice.newBuilder().setAsk(place).build());
            }
        }

        /** Once for each reason, until it is asked again. */
        synchronized void pause(String reason) {
            if (!reason.equals(paused)) {
                paused = reason;
                asked = null;
                tell(Notice.newBuilder()
                        .setPaused(Paused.newBuilder().setReason(reason))
                        .build());
            }
        }

        synchronized void end(Notice last) {
            tell(last);
            if (!out.isCancelled()) {
                out.onCompleted();
            }
        }

        synchronized void refuse(Status status) {
            if (!out.isCancelled()) {
                out.onError(status.asRuntimeException());
            }
        }
    }

    /** A client that connects again takes the place of the connection before, which may be half open. */
    void add(UUID federation, Session session) {
        Session before = sessions.computeIfAbsent(federation, id -> new ConcurrentHashMap<>())
                .put(session.name(), session);
        if (before != null) {
            before.refuse(Status.ABORTED.withDescription("another connection of this participant has begun"));
        }
    }

    /** @return false if another connection has taken its place */
    boolean remove(UUID federation, Session session) {
        Map<String, Session> of = sessions.get(federation);
        return of != null && of.remove(session.name(), session);
    }

    Collection<Session> of(UUID federation) {
        Map<String, Session> of = sessions.get(federation);
        return of == null ? List.of() : List.copyOf(of.values());
    }

    boolean has(UUID federation, String name) {
        Map<String, Session> of = sessions.get(federation);
        return of != null && of.containsKey(name);
    }

    /** Federations that anybody is connected for. */
    Collection<UUID> federations() {
        return List.copyOf(sessions.keySet());
    }

    /** Ends the connection of one that is not let in any more. */
    void expel(UUID federation, String name, String reason) {
        Map<String, Session> of = sessions.get(federation);
        Session gone = of == null ? null : of.remove(name);
        if (gone != null) {
            gone.refuse(Status.UNAUTHENTICATED.withDescription(reason));
        }
    }

    /** The last notice to all. */
    void end(UUID federation, Notice last) {
        Map<String, Session> of = sessions.remove(federation);
        if (of != null) {
            of.values().forEach(session -> session.end(last));
        }
    }
}
