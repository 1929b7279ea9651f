package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;

/** Where a step puts its rows. */
public interface Output {
    void pass(Row row);

    /** Notes that a row ended here as the document says it shall; reasons are few words, since they are counted. */
    void drop(String reason);
}
