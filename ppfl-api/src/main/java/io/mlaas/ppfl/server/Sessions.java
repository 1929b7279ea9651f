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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The clients that are connected now. */
@Component
class Sessions {
    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

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
            unlessClosed(() -> out.onNext(notice));
        }

        /** A call that the server itself has closed, as one that failed, is not cancelled, and takes nothing either. */
        private void unlessClosed(Runnable saying) {
            if (out.isCancelled()) {
                return;
            }
            try {
                saying.run();
            } catch (IllegalStateException e) {
                log.debug("{} is not connected any more", name, e);
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
            unlessClosed(out::onCompleted);
        }

        synchronized void refuse(Status status) {
            unlessClosed(() -> out.onError(status.asRuntimeException()));
        }
    }

    /** A client that connects again takes the place of the connection before, which may be half open. */
    void add(UUID federation, Session session) {
        AtomicReference<@Nullable Session> before = new AtomicReference<>();
        sessions.compute(federation, (id, of) -> {
            Map<String, Session> these = of == null ? new ConcurrentHashMap<>() : of;
            before.set(these.put(session.name(), session));
            return these;
        });
        Session replaced = before.get();
        if (replaced != null) {
            replaced.refuse(Status.ABORTED.withDescription("another connection of this participant has begun"));
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
