package io.mlaas.sharing.artifact;

import org.jspecify.annotations.Nullable;

/** An uploaded file that nothing refers to yet; closing it removes it, unless it was kept. */
public final class StagedFile implements AutoCloseable {
    private final Artifact artifact;
    private final Place place;
    private boolean gone;

    StagedFile(Artifact artifact, Place place) {
        this.artifact = artifact;
        this.place = place;
    }

    /** Where the bytes are until they are kept. */
    interface Place {

        /** Brings them to their final place; the answer says which. */
        Artifact promote(Artifact artifact);

        /** Gives up what is held for them here. */
        void discard();

        /** Whether they are given up as soon as they are promoted, or only when the request is over. */
        default boolean servesOnce() {
            return true;
        }
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

    /**
     * Refuses the file if it is not what the sender says.
     *
     * @param header the value of a {@code Content-Digest} or {@code Repr-Digest} field, null if there was none
     */
    public void requireDigest(@Nullable String header) {
        DeclaredDigest.require(DeclaredDigest.sha256(header), artifact.sha256(), artifact.fileName());
    }

    /** Refuses the file if the sender says another size; null if nothing was said. */
    public void requireSize(@Nullable Long declared) {
        if (declared != null && declared != artifact.sizeBytes()) {
            throw UploadProblem.DECLARED_DIFFERS.because("%s: %d bytes (expected, as declared: %d)"
                    .formatted(artifact.fileName(), artifact.sizeBytes(), declared));
        }
    }

    /** Brings the file to its final place; insert the answer with {@link ArtifactStore#insert} soon. */
    public Artifact keep() {
        Artifact kept = place.promote(artifact);
        if (place.servesOnce()) {
            close();
        }
        return kept;
    }

    @Override
    public void close() {
        if (!gone) {
            gone = true;
            place.discard();
        }
    }
}
