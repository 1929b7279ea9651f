package io.mlaas.monitoring.monitor;

/** What the model does. */
public enum Task {
    REGRESSION,
    BINARY,
    MULTICLASS,
    FORECASTING;

    public boolean numeric() {
        return this == REGRESSION || this == FORECASTING;
    }
}
