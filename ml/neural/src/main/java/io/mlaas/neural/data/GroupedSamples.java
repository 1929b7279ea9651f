package io.mlaas.neural.data;

import java.util.List;

/**
 * A dataset of which it is known whose each row is.
 *
 * @param groups one per row of the samples: a device, a patient, a site
 */
public record GroupedSamples(Samples samples, List<String> groups) {}
