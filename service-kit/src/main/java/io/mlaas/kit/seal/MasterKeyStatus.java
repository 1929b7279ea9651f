package io.mlaas.kit.seal;

import java.util.List;
import java.util.Map;

/**
 * Which master key seals how many secrets of a service. Keys are named by fingerprints.
 *
 * @param current the key that seals from now on
 * @param left secrets that another key seals; at 0 the others may be dropped from the configuration
 */
record MasterKeyStatus(String current, long left, List<Key> keys) {

    /**
     * @param configured false: it was taken out of the configuration and only this process still has it
     * @param rows per column
     */
    record Key(String id, boolean current, boolean configured, Map<String, Long> rows) {}
}
