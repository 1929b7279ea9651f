package io.mlaas.training.runner.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copying of a container's output, which goes on by itself. */
final class Copy extends ResultCallback.Adapter<Frame> {
    private static final Logger LOG = LoggerFactory.getLogger(Copy.class);

    private final OutputLog log;
    private volatile boolean over;
    private volatile boolean broken;

    Copy(OutputLog log) {
        this.log = log;
    }

    @Override
    public void onNext(Frame frame) {
        try {
            log.accept(frame.getPayload());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not passed on: whoever needs the whole output reads it again. */
    @Override
    public void onError(Throwable thrown) {
        LOG.debug("a copy of a program's output broke off", thrown);
        broken = true;
        over = true;
        super.onComplete();
    }

    @Override
    public void onComplete() {
        over = true;
        super.onComplete();
    }

    /** Whether nothing more comes, be it that the output ended or that the copy broke off. */
    boolean isOver() {
        return over;
    }

    /** Waits for the end of the output: false if it does not come, or not whole. */
    boolean isWhole(Duration patience) throws IOException {
        try {
            return awaitCompletion(patience.toSeconds(), TimeUnit.SECONDS) && !broken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the output of a program was read", e);
        }
    }

    OutputLog log() {
        return log;
    }

    /** Breaks it off; nothing is written after this. */
    void end() throws IOException {
        log.close();
        close();
    }
}
