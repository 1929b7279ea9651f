package io.mlaas.sharing.provenance;

import io.mlaas.sharing.registry.ModelFacts;
import java.util.Set;

/**
 * Who asks about a model, and how much of it may be told.
 *
 * @param outsider whether nothing but the model's published passport lets it in
 * @param everything whether it may see the statement with all its facts
 * @param disclosed names of the facts that an outsider is told; of no meaning for those who see everything
 */
public record Reader(ModelFacts model, boolean outsider, boolean everything, Set<String> disclosed) {}
