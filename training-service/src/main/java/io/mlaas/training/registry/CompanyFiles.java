package io.mlaas.training.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClient;

/**
 * What a company may use, read by this service for it: what was granted to it and revoked since is refused.
 *
 * @param files with this service's own identity
 */
record CompanyFiles(RestClient files, UUID organizationId) implements RegistryInputs {

    @Override
    public void dataset(UUID datasetId, Path target, String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException {
        download("/internal/dataset/{id}/content", datasetId, "dataset", target, sha256, cancelled);
    }

    @Override
    public void definition(UUID modelId, Path target, @Nullable String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException {
        download("/model/{id}/definition", modelId, "model definition", target, sha256, cancelled);
    }

    void artifact(UUID modelId, Path target, String sha256) throws RegistryException, IOException {
        download("/internal/model/{id}/artifact", modelId, "registered result", target, sha256, () -> false);
    }

    private void download(
            String path, UUID id, String what, Path target, @Nullable String sha256, BooleanSupplier cancelled)
            throws RegistryException, IOException {
        RegistryFiles.download(
                files.get().uri(path + "?organization_id={organization}", id, organizationId),
                what,
                target,
                sha256,
                cancelled);
    }
}
