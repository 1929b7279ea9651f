package io.mlaas.monitoring.fleet;

/**
 * A device in a window, in numbers.
 *
 * @param device its path, or {@code other} for several together
 * @param drifted features, of several devices added up
 * @param missing the share of missing values
 */
public record DeviceFigures(String device, long rows, long drifted, double missing) {}
