package io.mlaas.realm;

import org.jspecify.annotations.Nullable;

/** Why a realm was not brought up to date, in a line for people. */
public final class RealmProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private RealmProblem(boolean passing, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.passing = passing;
    }

    static RealmProblem lasting(String message) {
        return new RealmProblem(false, message, null);
    }

    /** Of a server that is not up, or not any more. */
    static RealmProblem passing(String message, @Nullable Throwable cause) {
        return new RealmProblem(true, message, cause);
    }

    /** Whether trying again may help. */
    public boolean passing() {
        return passing;
    }
}
