package io.mlaas.transform.step;

import io.mlaas.transform.row.Column;

/** How the numbers of a period become one. First and last are by event time. */
enum Aggregate {
    MEAN,
    SUM,
    LAST,
    FIRST,
    MAX,
    MIN,
    COUNT;

    Column column(Column of) {
        return Column.number(of.name(), this == COUNT ? "1" : of.unit());
    }

    boolean keepsTheScale() {
        return this != SUM && this != COUNT;
    }
}
