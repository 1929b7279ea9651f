package io.mlaas.stack.command;

import io.mlaas.stack.supervise.Tokens;
import java.time.Duration;
import java.util.function.Supplier;

/** A local user's access token, fetched again long before it expires. */
final class FreshToken implements Supplier<String> {
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final Tokens tokens;
    private final String user;
    private String token = "";
    private long fetched;

    FreshToken(Tokens tokens, String user) {
        this.tokens = tokens;
        this.user = user;
    }

    @Override
    public synchronized String get() {
        long now = System.nanoTime();
        if (token.isEmpty() || now - fetched > KEEP.toNanos()) {
            token = tokens.forUser(user, user);
            fetched = now;
        }
        return token;
    }
}
