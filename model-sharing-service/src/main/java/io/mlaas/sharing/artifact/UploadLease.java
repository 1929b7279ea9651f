package io.mlaas.sharing.artifact;

import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * The right to change one resumable upload. It is kept alive as long as the process lives, so that the uploads of a
 * killed one can be continued after seconds.
 */
final class UploadLease implements AutoCloseable {
    static final Duration LASTS = Duration.ofSeconds(10);
    private static final Duration RENEWED = Duration.ofSeconds(3);
    private static final Logger log = LoggerFactory.getLogger(UploadLease.class);

    private final UploadRepository uploads;
    private final UUID uploadId;
    private final UUID token;
    private final Thread heartbeat;

    private UploadLease(UploadRepository uploads, UUID uploadId, UUID token) {
        this.uploads = uploads;
        this.uploadId = uploadId;
        this.token = token;
        this.heartbeat = Thread.ofVirtual().name("upload-lease-" + uploadId).unstarted(this::keep);
    }

    static UploadLease take(UploadRepository uploads, UUID uploadId) {
        UUID token = UUID.randomUUID();
        if (!uploads.lock(uploadId, token, LASTS)) {
            throw UploadProblem.UPLOAD_LOCKED.retryAfter(
                    2, "upload_id: %s is being written by another request".formatted(uploadId));
        }
        UploadLease lease = new UploadLease(uploads, uploadId, token);
        lease.heartbeat.start();
        return lease;
    }

    UUID token() {
        return token;
    }

    /** Refuses to go on if somebody else has it now (this process hung, say, or could not reach the database). */
    void require() {
        if (!uploads.renew(uploadId, token, LASTS)) {
            throw lost();
        }
    }

    RuntimeException lost() {
        return UploadProblem.UPLOAD_LOCKED.because(
                "upload_id: %s is being written by another request".formatted(uploadId));
    }

    private void keep() {
        while (true) {
            try {
                Thread.sleep(RENEWED);
            } catch (InterruptedException e) {
                log.trace("the lease of upload {} is not needed any more", uploadId, e);
                return;
            }
            try {
                if (!uploads.renew(uploadId, token, LASTS)) {
                    return;
                }
            } catch (DataAccessException e) {
                log.warn("the lease of upload {} could not be renewed now", uploadId, e);
            }
        }
    }

    @Override
    public void close() {
        heartbeat.interrupt();
        uploads.unlock(uploadId, token);
    }
}
