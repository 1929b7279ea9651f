package io.mlaas.learning.learner;

import io.mlaas.learning.registry.StoredArchives;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What learners are made by, of each company. */
@Component
class Backends {
    private final StoredArchives archives;

    Backends(StoredArchives archives) {
        this.archives = archives;
    }

    CompanyAlgorithms of(UUID organizationId) {
        return new CompanyAlgorithms(archives.of(organizationId));
    }

    /** Models that the company of whoever asks now may read. */
    BackendChoice.Models modelsFor(UUID organizationId) {
        return (modelId, format) -> archives.keep(modelId, format, organizationId);
    }
}
