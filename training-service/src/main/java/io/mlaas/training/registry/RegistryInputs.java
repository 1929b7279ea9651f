package io.mlaas.training.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a job may read, each file checked against its registered digest. */
public interface RegistryInputs {

    /** @throws RegistryException of kind REFUSED also when the file is not the one that was registered */
    void dataset(UUID datasetId, Path target, String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException;

    void definition(UUID modelId, Path target, @Nullable String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException;
}
