package io.mlaas.energy.grid;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Readings as a meter sends them: {@code {"readings": [{"t": 1748822400, "u": [230.11, …], "i": [4.2, …]}, …]}}, times in
 * seconds since 1970.
 */
public final class Payloads {

    private Payloads() {}

    public static byte[] json(List<Reading> readings) {
        StringBuilder json = new StringBuilder(64 * readings.size() + 16).append("{\"readings\":[");
        for (int i = 0; i < readings.size(); i++) {
            Reading reading = readings.get(i);
            json.append(i == 0 ? "" : ",")
                    .append("{\"t\":")
                    .append(reading.time().getEpochSecond());
            list(json.append(",\"u\":"), reading.voltage());
            list(json.append(",\"i\":"), reading.current());
            json.append('}');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void list(StringBuilder json, double... values) {
        for (int i = 0; i < values.length; i++) {
            json.append(i == 0 ? '[' : ',').append(values[i]);
        }
        json.append(']');
    }
}
