package io.mlaas.distributed;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Ranks that calculate together. Every rank calls the same collectives in the same order with the same sizes; each
 * returns when its own part is done. The result of a reduction is the same on all ranks, bit for bit. For one thread.
 *
 * <p>Every method throws {@link PeerFailedException} when another rank is gone or does not come within the timeout.
 */
public interface ProcessGroup extends AutoCloseable {

    /** This process's rank, from 0. */
    int rank();

    /** The world size. */
    int size();

    /** Sums element by element over all ranks, in place. */
    void allReduce(double[] values);

    /** Rank 0's bytes, on every rank; what others give is not looked at. */
    byte[] broadcast(byte[] bytes);

    /** Returns when all ranks have come here. */
    void barrier();

    /**
     * Memory of the collectives for so many 32-bit floats, in native order. A later call may give other memory; then what
     * was given before is of no more use.
     */
    ByteBuffer floats(int count);

    /**
     * Starts to sum a range of {@link #floats}, which belongs to the collective until {@link #finish}. Ranges are worked on
     * in the order they were started in.
     */
    void start(Range range);

    /** Waits for the earliest range that was started and not yet finished. */
    void finish();

    /** The last collective: when all ranks have come here, they part in peace. */
    void leave();

    /** Ends the group. Where {@link #leave} was not called, the others are told that this rank is gone. */
    @Override
    void close();

    /** Elements from {@code from} (inclusive) on. */
    record Range(int from, int count) {

        /**
         * Cuts tensors that lie one after another into buckets of whole tensors, each of at least {@code least} elements
         * but the last: one collective for each tensor would be ruled by latency, one for all could not overlap with
         * copying.
         *
         * @param sizes elements of each tensor
         */
        public static List<Range> buckets(List<Integer> sizes, int least) {
            List<Range> buckets = new java.util.ArrayList<>();
            int from = 0;
            int count = 0;
            for (int size : sizes) {
                count = Math.addExact(count, size);
                if (count >= least) {
                    buckets.add(new Range(from, count));
                    from = Math.addExact(from, count);
                    count = 0;
                }
            }
            if (count > 0) {
                buckets.add(new Range(from, count));
            }
            return List.copyOf(buckets);
        }
    }

    /** The group of this process alone. */
    static ProcessGroup alone() {
        return new Alone();
    }
}
