package io.mlaas.testkit.sample;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Lets the sender of an upload see how far it was read. */
public final class Uploads {
    private Uploads() {}

    /** @throws IOException if that many more pieces were not read within ten seconds */
    public static void awaitPieces(int count) throws IOException {
        try {
            if (!ThingController.PIECES.tryAcquire(count, 10, TimeUnit.SECONDS)) {
                throw new IOException("the receiver did not see " + count + " pieces: the body is held back");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
