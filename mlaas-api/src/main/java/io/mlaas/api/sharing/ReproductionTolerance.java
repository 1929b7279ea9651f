package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a training that is run again may be from the registered one.
 *
 * @param metrics the largest absolute difference by the metric's name
 * @param tensors the largest absolute difference of any element of any tensor
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReproductionTolerance(
        @Nullable Map<String, Double> metrics, @Nullable Double tensors) {}
