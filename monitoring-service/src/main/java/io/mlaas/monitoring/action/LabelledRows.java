package io.mlaas.monitoring.action;

import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.rows.Rows;

/** The rows of a monitor's windows, with the labels that came. */
public interface LabelledRows {

    /**
     * @param upTo the number of the latest window
     * @param windows how many, that one and those before it
     */
    Iterable<Rows> latest(Monitor monitor, long upTo, int windows);
}
