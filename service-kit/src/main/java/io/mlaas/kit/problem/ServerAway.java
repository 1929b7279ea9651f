package io.mlaas.kit.problem;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientException;

/** Tells a server that is away, which passes, from what a service does wrong. */
public final class ServerAway {
    /** What the connection pool says of a connection that broke, without an SQL state. */
    private static final String CLOSED = "Connection is closed";

    private ServerAway() {}

    /** Clients of servers other than ours wrap this in exceptions of their own, some of them unchecked. */
    public static boolean isCauseOf(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof SocketTimeoutException
                    || (cause instanceof SQLException failure && goesAway(failure))) {
                return true;
            }
        }
        return false;
    }

    /** No connection, a database that stops or has no room now, a transaction that lost against another. */
    private static boolean goesAway(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLTransientException
                || (state == null && CLOSED.equals(e.getMessage()))
                || (state != null
                        && (state.startsWith("08")
                                || state.startsWith("53")
                                || state.startsWith("57P")
                                || state.startsWith("40")));
    }
}
