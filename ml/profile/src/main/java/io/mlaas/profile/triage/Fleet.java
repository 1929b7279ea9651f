package io.mlaas.profile.triage;

import io.mlaas.profile.DatasetProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a fleet did in one window.
 *
 * @param references of devices that have their own, by path; what a device is otherwise compared with is {@code reference}
 * @param devices their profiles of the window, by path, whose parts above the device are its segments:
 *     {@code site-1/building-2/device-7}
 * @param performance null where it is not known, neither from labels nor estimated
 */
public record Fleet(
        DatasetProfile reference,
        Map<String, DatasetProfile> references,
        Map<String, DatasetProfile> devices,
        @Nullable Performance performance) {
    /**
     * How good the model was.
     *
     * @param metric such as MAE
     * @param reference NaN where it is not known
     * @param degraded whether the alert rule calls the difference degraded
     */
    public record Performance(String metric, double reference, double current, boolean degraded) {}

    public Fleet {
        references = Map.copyOf(references);
        devices = Map.copyOf(devices);
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("devices: none (expected: at least 1)");
        }
    }

    DatasetProfile reference(String device) {
        return references.getOrDefault(device, reference);
    }
}
