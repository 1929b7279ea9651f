package io.mlaas.ppfl.client;

import picocli.CommandLine.ExitCode;

/** What the program's user should know; shown without a stack trace. */
final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_LET_IN = 3;

    private final int exitCode;

    private ClientException(String message, int exitCode, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    private ClientException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    static ClientException badInput(String message, Throwable cause) {
        return new ClientException(message, ExitCode.USAGE, cause);
    }

    static ClientException badInput(String message) {
        return new ClientException(message, ExitCode.USAGE);
    }

    static ClientException notLetIn(String message, Throwable cause) {
        return new ClientException(message, NOT_LET_IN, cause);
    }

    int exitCode() {
        return exitCode;
    }
}
