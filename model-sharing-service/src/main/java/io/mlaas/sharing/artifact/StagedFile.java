package io.mlaas.sharing.artifact;

import io.mlaas.sharing.organization.Bucket;

/** An uploaded file that nothing refers to yet; closing it removes it, unless it was kept. */
public final class StagedFile implements AutoCloseable {
    private final ArtifactStore store;
    private final Bucket bucket;
    private final String key;
    private final Artifact artifact;
    private boolean gone;

    StagedFile(ArtifactStore store, Bucket bucket, String key, Artifact artifact) {
        this.store = store;
        this.bucket = bucket;
        this.key = key;
        this.artifact = artifact;
    }

    public String sha256() {
        return artifact.sha256();
    }

    public long sizeBytes() {
        return artifact.sizeBytes();
    }

    public String fileName() {
        return artifact.fileName();
    }

    /** Moves the file to its final place; insert the answer with {@link ArtifactStore#insert} soon. */
    public Artifact keep() {
        store.promote(bucket, key, artifact);
        close();
        return artifact;
    }

    @Override
    public void close() {
        if (!gone) {
            gone = true;
            store.discard(bucket, key);
        }
    }
}
