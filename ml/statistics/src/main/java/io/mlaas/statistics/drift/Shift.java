package io.mlaas.statistics.drift;

import org.jspecify.annotations.Nullable;

/**
 * In which direction a column went.
 *
 * @param category the one whose share changed most; null for numbers
 * @param reference of numbers the median (the mean where the medians are equal), of categories the share of that category
 * @param current the same of the current data
 */
public record Shift(@Nullable String category, double reference, double current) {
    /** UP or DOWN; NONE where neither median nor mean, or no share, moved. */
    public enum Direction {
        UP,
        DOWN,
        NONE
    }

    public Direction direction() {
        if (current == reference) {
            return Direction.NONE;
        }
        return current > reference ? Direction.UP : Direction.DOWN;
    }
}
