package io.mlaas.explanation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Where a window that moves over any number of spatial axes finds its inputs.
 *
 * @param big sizes of the spatial axes that the window moves over
 * @param small how many positions it has along each
 * @param sources for each tap of the window and each position the flat index into {@code big}, -1 for padding
 */
@SuppressWarnings("ArrayRecordComponent") // sizes and places, never compared
record WindowPlaces(int[] big, int[] small, int[] sources) {

    /** What a node says of its window; one number per spatial axis. */
    @SuppressWarnings("ArrayRecordComponent") // sizes, never compared
    record Window(int[] kernel, int[] strides, int[] dilations, int[] before, int[] after) {

        static Window of(Call c, int... kernel) {
            int[] ones = new int[kernel.length];
            Arrays.fill(ones, 1);
            int[] pads = c.integersOf("pads", new int[2 * kernel.length]);
            if (!c.text("auto_pad", "NOTSET").equals("NOTSET")) {
                throw new ExplanationRefused(
                        c.place() + ": auto_pad: " + c.text("auto_pad", "") + " (expected: explicit pads)");
            }
            return new Window(
                    kernel,
                    c.integersOf("strides", ones),
                    c.integersOf("dilations", ones),
                    Arrays.copyOf(pads, kernel.length),
                    Arrays.copyOfRange(pads, kernel.length, pads.length));
        }

        int reach(int axis) {
            return (kernel[axis] - 1) * dilations[axis] + 1;
        }

        /** Positions along an axis of that many elements; with {@code ceil} one that reaches over the end counts. */
        int positions(int axis, int length, boolean ceil) {
            int room = length + before[axis] + after[axis] - reach(axis);
            int positions = (ceil ? Math.ceilDiv(room, strides[axis]) : Math.floorDiv(room, strides[axis])) + 1;
            boolean startsBehind = ceil && (positions - 1) * strides[axis] >= length + before[axis];
            return startsBehind ? positions - 1 : positions;
        }

        WindowPlaces over(int[] big, boolean ceil) {
            int[] small = IntStream.range(0, big.length)
                    .map(axis -> positions(axis, big[axis], ceil))
                    .toArray();
            return places(big, small);
        }

        WindowPlaces places(int[] big, int[] small) {
            int taps = size(kernel);
            int positions = size(small);
            int[] strideOfBig = ArrangeRules.strides(big);
            int[] sources = new int[taps * positions];
            int[] tap = new int[kernel.length];
            for (int t = 0; t < taps; t++) {
                int[] position = new int[small.length];
                for (int p = 0; p < positions; p++) {
                    sources[t * positions + p] = source(tap, position, big, strideOfBig);
                    ArrangeRules.advance(position, small);
                }
                ArrangeRules.advance(tap, kernel);
            }
            return new WindowPlaces(big, small, sources);
        }

        private int source(int[] tap, int[] position, int[] big, int[] strideOfBig) {
            int source = 0;
            for (int axis = 0; axis < big.length; axis++) {
                int at = position[axis] * strides[axis] + tap[axis] * dilations[axis] - before[axis];
                if (at < 0 || at >= big[axis]) {
                    return -1;
                }
                source += at * strideOfBig[axis];
            }
            return source;
        }
    }

    static int size(int... sizes) {
        return IntStream.of(sizes).reduce(1, (a, b) -> a * b);
    }

    int positions() {
        return size(small);
    }

    int taps() {
        return positions() == 0 ? 0 : sources.length / positions();
    }
}
