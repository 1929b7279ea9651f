package io.mlaas.sharing.provenance;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What owners published of their models; without it, nothing is published. */
public interface PublishedPassports {

    /** Empty if the model's owner published nothing. */
    Optional<Publication> of(UUID modelId);

    /**
     * @param everything whether outsiders may see the statement with all its facts
     * @param fields names of the facts that are disclosed to outsiders
     */
    record Publication(boolean everything, Set<String> fields) {
        public Publication {
            fields = Set.copyOf(fields);
        }
    }
}
