package io.mlaas.online;

/** A JSON document that says what cannot be; the message starts with the JSON path of the place. */
public final class ConfigurationRefused extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String path;

    /** @param problem such as {@code -1 (expected: > 0)} */
    public ConfigurationRefused(String path, String problem) {
        super(path + ": " + problem);
        this.path = path;
    }

    /** Where it is, such as {@code $.configuration.penalty}. */
    public String path() {
        return path;
    }
}
