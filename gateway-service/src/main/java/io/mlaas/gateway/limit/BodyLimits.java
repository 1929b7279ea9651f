package io.mlaas.gateway.limit;

import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.ServerRequest;

/** How large a request's body may be, and how slowly it may come. */
@Component
public final class BodyLimits {
    /** Requests that may carry a file. */
    private static final RequestPredicate FILES = RequestPredicates.methods(HttpMethod.POST, HttpMethod.PATCH)
            .and(List.of("/dataset", "/dataset/", "/model", "/model/", "/uploads/**", "/translate/*").stream()
                    .map(RequestPredicates::path)
                    .reduce(RequestPredicate::or)
                    .orElseThrow());

    private final LimitProperties limits;

    BodyLimits(LimitProperties limits) {
        this.limits = limits;
    }

    /** In bytes. */
    public long most(ServerRequest request) {
        if (!FILES.test(request)) {
            return limits.maxBody().toBytes();
        }
        long file = limits.maxFile().toBytes();
        return file == 0 ? Long.MAX_VALUE : file;
    }

    /** Which setting says so. */
    public String setting(ServerRequest request) {
        return FILES.test(request) ? "mlaas.gateway.limits.max-file" : "mlaas.gateway.limits.max-body";
    }

    public Pace pace() {
        return new Pace(limits.leastRate().toBytes(), limits.paceWindow());
    }

    /** Watches how fast one body comes, counting only the time that the client is waited for. */
    public static final class Pace {
        private final long leastInWindow;
        private final long windowNanos;
        private long waited;
        private long came;

        /** @param leastRate in bytes per second */
        Pace(long leastRate, Duration window) {
            windowNanos = window.toNanos();
            leastInWindow = (long) (leastRate * (windowNanos / 1e9));
        }

        /** Whether this, after all before it, is too slow. */
        public boolean isTooSlow(int bytes, long nanos) {
            came += bytes;
            waited += nanos;
            if (waited < windowNanos) {
                return false;
            }
            boolean slow = came < leastInWindow;
            came = 0;
            waited = 0;
            return slow;
        }
    }
}
