package io.mlaas.neural.data;

import io.mlaas.neural.network.TensorShape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader found, before scaling and before it is known whether the labels are classes.
 *
 * @param where the label column or array, for messages
 * @param text labels as written, one per row, when there is one label column
 * @param numbers labels as numbers, one row per sample; null when one of them is not a number
 * @param groups whose each row is; empty when the mapping names no column for it
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
record RawData(
        TensorShape shape,
        float[][] features,
        String where,
        List<String> text,
        float @Nullable [][] numbers,
        List<String> groups) {}
