package io.mlaas.federated.partition;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Rows that nobody has yet, in the order in which they are to be dealt out. */
final class Rest {
    private final int[] rows;
    private final boolean[] taken;
    /** Of each side how far it has looked: what it passed over is taken or does not belong to it. */
    private final Map<Integer, Integer> looked = new HashMap<>();

    private int last;

    Rest(int[] rows) {
        this.rows = rows;
        this.taken = new boolean[rows.length];
        this.last = rows.length - 1;
    }

    /** The next row that belongs to a side, if there is one. */
    boolean take(List<Integer> into, int side, IntPredicate belongs) {
        int at = looked.getOrDefault(side, 0);
        while (at < rows.length && (taken[at] || !belongs.test(rows[at]))) {
            at++;
        }
        looked.put(side, at);
        if (at == rows.length) {
            return false;
        }
        taken[at] = true;
        into.add(rows[at]);
        return true;
    }

    /** A row of any side, from the other end of the order, where no side has taken its own yet. */
    boolean takeAny(List<Integer> into) {
        while (last >= 0 && taken[last]) {
            last--;
        }
        if (last < 0) {
            return false;
        }
        taken[last] = true;
        into.add(rows[last]);
        return true;
    }
}
