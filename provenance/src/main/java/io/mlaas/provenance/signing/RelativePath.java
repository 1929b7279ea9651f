package io.mlaas.provenance.signing;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.StrictJson;
import java.util.List;

/** Paths below a model's directory, in the one way they are written (section 6.1.2). */
final class RelativePath {
    private RelativePath() {}

    /** Refuses what is absolute, leads out of the directory, or could be written in a shorter way. */
    static void require(String path, String where) {
        for (String component : path.split("/", -1)) {
            if (component.isEmpty()
                    || component.equals(".")
                    || component.equals("..")
                    || component.indexOf('\0') >= 0) {
                throw new InvalidEvidenceException(where + ": " + StrictJson.shown(path)
                        + " (expected: a path below the model, without . and .., with single slashes)");
            }
        }
    }

    /** Whether a path is one of these, or below one. */
    static boolean isBelow(String path, List<String> ignored) {
        return ignored.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }
}
