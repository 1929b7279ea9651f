package io.mlaas.trainer.job;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What a job says: lines for people, and lines that start with {@code ##mlaas } for the platform. */
public class ProgressLines {
    public static final String PREFIX = "##mlaas ";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final PrintStream out;

    public ProgressLines(PrintStream out) {
        this.out = out;
    }

    /** For one that says nothing. */
    protected static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    public void say(String line) {
        out.println(line);
        out.flush();
    }

    public void machine(Map<String, Object> fields) {
        say(PREFIX + JSON.writeValueAsString(fields));
    }

    /** Six digits of it; what is no number stays what it is. */
    protected static double rounded(double value) {
        return Double.isFinite(value) ? Double.parseDouble(String.format(Locale.ROOT, "%.6g", value)) : value;
    }
}
