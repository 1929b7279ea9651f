package io.mlaas.sharing.artifact;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Bounds the heap that all transfers hold together, however many there are. An upload begins with a few kilobytes of
 * its own; then it takes a share of the small pool, and once it outgrows that a whole part, of which one company gets at
 * most half. Nobody waits for a share while holding one that the others wait for, so that waiting always ends; who waits
 * too long is told to come back.
 */
@Component
final class TransferMemory {
    /** What an upload holds without asking. */
    static final int FREE = 16 * 1024;

    /** What a share of the small pool is. */
    static final int SMALL = 512 * 1024;

    private static final int PATIENCE_SECONDS = 30;
    private static final int RETRY_SECONDS = 10;

    private final int partBytes;
    private final int companyParts;
    private final Semaphore small;
    private final Semaphore parts;
    private final Semaphore downloads;
    private final Map<UUID, Semaphore> byCompany = new ConcurrentHashMap<>();

    @Autowired
    TransferMemory(ArtifactProperties properties) {
        this(properties, Runtime.getRuntime().maxMemory());
    }

    TransferMemory(ArtifactProperties properties, long heap) {
        partBytes = properties.partBytes();
        int count = properties.partsInMemory() > 0
                ? properties.partsInMemory()
                : (int) Math.max(2, heap / 5 * 2 / partBytes);
        companyParts = Math.max(1, count / 2);
        parts = new Semaphore(count, true);
        small = new Semaphore((int) Math.max(4, heap / 10 / SMALL), true);
        downloads = new Semaphore(Math.toIntExact(Math.max(1, heap / 10 / 1024)));
    }

    int partBytes() {
        return partBytes;
    }

    /** Memory that is given back by closing it, once. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    Share small() {
        return acquired(small);
    }

    Share part(UUID organizationId) {
        Semaphore own = of(organizationId);
        Share first = acquired(own);
        boolean both = false;
        try {
            Share second = acquired(parts);
            both = true;
            return both(first, second);
        } finally {
            if (!both) {
                first.close();
            }
        }
    }

    /** A second part for an upload that has one, or null if somebody else may need it. */
    @Nullable
    Share sparePart(UUID organizationId) {
        Semaphore own = of(organizationId);
        if (!own.tryAcquire()) {
            return null;
        }
        if (!parts.tryAcquire()) {
            own.release();
            return null;
        }
        return both(own::release, parts::release);
    }

    /** Memory to hold a file of this many bytes while it is sent, or null if there is none now. */
    @Nullable
    Share download(long bytes) {
        int kilobytes = Math.toIntExact(bytes / 1024 + 1);
        return downloads.tryAcquire(kilobytes) ? () -> downloads.release(kilobytes) : null;
    }

    private Semaphore of(UUID organizationId) {
        return byCompany.computeIfAbsent(organizationId, id -> new Semaphore(companyParts, true));
    }

    private static Share both(Share first, Share second) {
        return () -> {
            second.close();
            first.close();
        };
    }

    private static Share acquired(Semaphore semaphore) {
        try {
            if (semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return semaphore::release;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw UploadProblem.UPLOADS_BUSY.retryAfter(RETRY_SECONDS, "As many uploads as fit in memory are under way.");
    }
}
