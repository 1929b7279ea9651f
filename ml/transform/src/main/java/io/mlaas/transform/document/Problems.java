package io.mlaas.transform.document;

import java.util.ArrayList;
import java.util.List;

/** All the mistakes of one document, in the order in which they were found; at most {@value #LIMIT} are kept. */
public final class Problems {
    static final int LIMIT = 100;

    private final List<Problem> found = new ArrayList<>();

    public void add(String path, String message) {
        if (found.size() < LIMIT) {
            found.add(new Problem(path, message));
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public int size() {
        return found.size();
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }
}
