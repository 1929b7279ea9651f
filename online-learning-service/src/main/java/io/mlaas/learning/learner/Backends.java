package io.mlaas.learning.learner;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** What learners are made by, of each company. */
@Component
class Backends {

    CompanyAlgorithms of(UUID organizationId) {
        return CompanyAlgorithms.WITHOUT_ARCHIVES;
    }
}
