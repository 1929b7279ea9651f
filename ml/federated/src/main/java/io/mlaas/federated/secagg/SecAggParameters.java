package io.mlaas.federated.secagg;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What all sides of one sum agree on before it begins.
 *
 * @param session unlike that of every other sum of these clients (federation, round and attempt): it enters every key
 *     and signature, so that no message of another session is taken for one of this
 * @param clients names; their order gives the points of the shares
 * @param threshold t: with fewer than t clients nothing can be unmasked; 2t &gt; n, since otherwise two disjoint sets
 *     of clients could be told different stories. Where up to c clients may side with a lying server, 2t &gt; n + c
 * @param length values in each vector
 * @param bits sums are taken modulo R = 2^bits: 32 or 64
 */
public record SecAggParameters(String session, List<String> clients, int threshold, int length, int bits) {

    private static final int MOST_CLIENTS = 10_000;

    public SecAggParameters {
        clients = clients.stream().sorted().toList();
        check(!session.isBlank(), "session", session, "not blank");
        check(
                new HashSet<>(clients).size() == clients.size() && clients.size() <= MOST_CLIENTS,
                "clients",
                clients,
                "different names, at most " + MOST_CLIENTS);
        check(clients.size() >= 2, "clients", clients.size(), ">= 2");
        check(
                threshold <= clients.size() && 2 * threshold > clients.size(),
                "threshold",
                threshold,
                "more than half of " + clients.size() + " clients, and not more than all");
        check(length >= 1, "length", length, ">= 1");
        check(bits == 32 || bits == 64, "bits", bits, "32 or 64");
    }

    private static void check(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new SecAggException(null, name + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** Where the client's shares are evaluated: 1 … n, never 0, where the secret is. */
    int point(String client) {
        return clients.indexOf(client) + 1;
    }

    long reduce(long value) {
        return bits == 64 ? value : value & 0xffff_ffffL;
    }

    /** The sum as signed numbers: residues of R/2 and more are negative. */
    long[] signed(long[] residues) {
        return bits == 64
                ? residues
                : Arrays.stream(residues).map(value -> (int) value).toArray();
    }
}
