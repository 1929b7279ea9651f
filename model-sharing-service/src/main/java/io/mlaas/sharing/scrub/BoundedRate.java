package io.mlaas.sharing.scrub;

import io.mlaas.sharing.artifact.AtRest;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets its one thread read so many bytes per second, evenly, and no more when it was idle before. */
final class BoundedRate implements AtRest.Pace {
    private final double nanosPerByte;
    private final BooleanSupplier wanted;
    private long free = System.nanoTime();

    /** @param wanted false ends what is being read with a {@link CancellationException} */
    BoundedRate(long bytesPerSecond, BooleanSupplier wanted) {
        this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        this.wanted = wanted;
    }

    @Override
    public void read(int bytes) {
        free = Math.max(free, System.nanoTime()) + (long) (bytes * nanosPerByte);
        while (wanted.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
            long wait = free - System.nanoTime();
            if (wait <= 0) {
                return;
            }
            LockSupport.parkNanos(this, Math.min(wait, TimeUnit.MILLISECONDS.toNanos(200)));
        }
        throw new CancellationException("the service stops");
    }
}
