package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Rows;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Rows by event time, and of one time by id, stream by stream: those of one device after another, or all as one.
 *
 * @param order places of the rows
 * @param starts where each stream begins in it, and its end
 * @param names of the streams
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InTime(int[] order, int[] starts, String[] names) {

    /**
     * @param all of them, as one stream
     * @param device the column that divides them, or -1
     */
    static InTime of(Rows rows, int[] all, int device) {
        if (device < 0) {
            return new InTime(all, new int[] {0, all.length}, new String[] {""});
        }
        int[] codes = rows.codes(device);
        String[] dictionary = rows.dictionary(device);
        int[] starts = new int[dictionary.length + 2];
        for (int code : codes) {
            starts[code + 2]++;
        }
        for (int i = 1; i < starts.length; i++) {
            starts[i] += starts[i - 1];
        }
        int[] next = starts.clone();
        int[] order = new int[all.length];
        for (int row : all) {
            order[next[codes[row] + 1]++] = row;
        }
        String[] names = new String[dictionary.length + 1];
        names[0] = "";
        System.arraycopy(dictionary, 0, names, 1, dictionary.length);
        return new InTime(order, starts, names);
    }

    /** All of them as one stream. They stand in the order of their ids, which a stable sort keeps. */
    static int[] all(Rows rows) {
        Integer[] order = new Integer[rows.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingLong(rows::micros));
        int[] places = new int[order.length];
        Arrays.setAll(places, i -> order[i]);
        return places;
    }

    int streams() {
        return names.length;
    }

    int from(int stream) {
        return starts[stream];
    }

    int to(int stream) {
        return starts[stream + 1];
    }

    String name(int stream) {
        return names[stream];
    }
}
