package io.mlaas.transform.row;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declared table of units. Names are UCUM's where UCUM has one ({@code Cel}, {@code [degF]}, {@code m/s}), and the
 * everyday ones of energy technology ({@code kWh}, {@code var}). A value in this unit times {@code factor} plus
 * {@code offset} is the value in the base unit of its dimension.
 */
public record Unit(String name, String dimension, double factor, double offset) {
    private static final SequencedMap<String, Unit> TABLE = new LinkedHashMap<>();

    static {
        family("voltage", "V", 1, "uV", 1e-6, "mV", 1e-3, "kV", 1e3, "MV", 1e6);
        family("current", "A", 1, "uA", 1e-6, "mA", 1e-3, "kA", 1e3);
        family("power", "W", 1, "mW", 1e-3, "kW", 1e3, "MW", 1e6, "GW", 1e9);
        family("apparent power", "VA", 1, "kVA", 1e3, "MVA", 1e6);
        family("reactive power", "var", 1, "kvar", 1e3, "Mvar", 1e6);
        family("energy", "J", 1, "kJ", 1e3, "MJ", 1e6, "GJ", 1e9);
        family("energy", "Wh", 3600, "kWh", 3.6e6, "MWh", 3.6e9, "GWh", 3.6e12);
        family("resistance", "Ohm", 1, "mOhm", 1e-3, "kOhm", 1e3, "MOhm", 1e6);
        family("frequency", "Hz", 1, "mHz", 1e-3, "kHz", 1e3, "MHz", 1e6, "GHz", 1e9);
        family("irradiance", "W/m2", 1, "kW/m2", 1e3);
        add("temperature", "K", 1, 0);
        add("temperature", "Cel", 1, 273.15);
        add("temperature", "[degF]", 5.0 / 9, 459.67 * 5 / 9);
        family("length", "m", 1, "um", 1e-6, "mm", 1e-3, "cm", 1e-2, "km", 1e3);
        family("area", "m2", 1, "cm2", 1e-4, "km2", 1e6);
        family("volume", "m3", 1, "l", 1e-3, "ml", 1e-6);
        family("mass", "kg", 1, "g", 1e-3, "mg", 1e-6, "t", 1e3);
        family("time", "s", 1, "us", 1e-6, "ms", 1e-3, "min", 60, "h", 3600, "d", 86400);
        family("speed", "m/s", 1, "km/h", 1 / 3.6);
        family("acceleration", "m/s2", 1, "gal", 1e-2);
        family("volume flow", "m3/s", 1, "m3/h", 1.0 / 3600, "l/s", 1e-3, "l/min", 1e-3 / 60);
        family("pressure", "Pa", 1, "hPa", 1e2, "kPa", 1e3, "mbar", 1e2, "bar", 1e5);
        family("angle", "rad", 1, "deg", Math.PI / 180);
        family("ratio", "1", 1, "/", 1, "%", 1e-2, "%RH", 1e-2, "ppm", 1e-6);
        family("illuminance", "lx", 1, "klx", 1e3);
    }

    public static @Nullable Unit find(String name) {
        return TABLE.get(name);
    }

    public static Map<String, Unit> table() {
        return Map.copyOf(TABLE);
    }

    /** All names, or those of one dimension, for a message. */
    public static String names(@Nullable String dimension) {
        return TABLE.values().stream()
                .filter(unit -> dimension == null || unit.dimension.equals(dimension))
                .map(Unit::name)
                .collect(Collectors.joining(", "));
    }

    /** A value in this unit, in another one of the same dimension. */
    public double convert(double value, Unit to) {
        return (value * factor + offset - to.offset) / to.factor;
    }

    private static void family(String dimension, Object... namesAndFactors) {
        for (int i = 0; i < namesAndFactors.length; i += 2) {
            add(dimension, (String) namesAndFactors[i], ((Number) namesAndFactors[i + 1]).doubleValue(), 0);
        }
    }

    private static void add(String dimension, String name, double factor, double offset) {
        TABLE.put(name, new Unit(name, dimension, factor, offset));
    }
}
