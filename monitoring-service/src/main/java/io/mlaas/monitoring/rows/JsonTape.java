package io.mlaas.monitoring.rows;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON document as a flat list of its values, read over and over into the same arrays: a tree of objects for each of
 * 50,000 predictions a second would be most of the work. Values are named by their place in the list, {@link #NONE} is
 * what is not there. For one thread.
 */
public final class JsonTape {
    public static final int NONE = -1;

    /** What is there when the document is. */
    public static final int ROOT = 0;

    private static final byte OBJECT = 0;
    private static final byte LIST = 1;
    private static final byte TEXT = 2;
    private static final byte NUMBER = 3;
    private static final byte TRUE = 4;
    private static final byte FALSE = 5;
    private static final byte NULL = 6;

    private static final int FIRST = 256;
    private static final int MOST_KEPT = 1 << 18;
    private static final int KNOWN_TEXTS = 1 << 11;
    private static final int LONGEST_KNOWN = 64;
    private static final int MOST_DIGITS = 15;
    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };
    private static final double EXACT = 0x1p53;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();

    private int size;
    private byte[] kinds = new byte[FIRST];
    // the place behind the value; of a container that is not closed yet, the one around it
    private int[] ends = new int[FIRST];
    private int[] counts = new int[FIRST];
    private double[] numbers = new double[FIRST];
    private @Nullable String[] texts = new String[FIRST];
    private @Nullable String[] names = new String[FIRST];
    private final @Nullable String[] known = new String[KNOWN_TEXTS];
    private final char[][] knownCharacters = new char[KNOWN_TEXTS][];

    /** @throws tools.jackson.core.JacksonException if it is no JSON */
    public void read(byte[] json) {
        size = 0;
        if (kinds.length > MOST_KEPT) {
            grow(FIRST);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json, 0, json.length)) {
            int around = NONE;
            String name = null;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                switch (token) {
                    case PROPERTY_NAME -> name = parser.currentName();
                    case END_OBJECT, END_ARRAY -> {
                        int closed = around;
                        around = ends[closed];
                        ends[closed] = size;
                    }
                    default -> {
                        if (around == NONE && size > 0) {
                            throw new StreamReadException(parser, "more than one value");
                        }
                        int place = add(token, parser, around, name);
                        name = null;
                        around = token.isStructStart() ? place : around;
                    }
                }
            }
            if (size == 0) {
                throw new StreamReadException(parser, "no value");
            }
        }
    }

    private int add(JsonToken token, JsonParser parser, int around, @Nullable String name) {
        if (size == kinds.length) {
            grow(2 * size);
        }
        int place = size++;
        names[place] = name;
        counts[place] = 0;
        ends[place] = token.isStructStart() ? around : size;
        if (around != NONE) {
            counts[around]++;
        }
        kinds[place] = switch (token) {
            case START_OBJECT -> OBJECT;
            case START_ARRAY -> LIST;
            case VALUE_STRING -> TEXT;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NUMBER;
            case VALUE_TRUE -> TRUE;
            case VALUE_FALSE -> FALSE;
            default -> NULL;
        };
        if (kinds[place] == TEXT) {
            texts[place] = text(parser);
        } else if (kinds[place] == NUMBER) {
            numbers[place] = token == JsonToken.VALUE_NUMBER_FLOAT ? decimal(parser) : parser.getDoubleValue();
        }
        return place;
    }

    /**
     * Up to fifteen digits and a power of ten up to 22 are doubles without error, so their quotient is rounded once, as it
     * has to be (Clinger 1990). Other numbers are for the parser.
     */
    private static double decimal(JsonParser parser) {
        char[] characters = parser.getStringCharacters();
        int from = parser.getStringOffset();
        int length = parser.getStringLength();
        boolean negative = characters[from] == '-';
        long digits = 0;
        int point = -1;
        for (int i = negative ? 1 : 0; i < length; i++) {
            char c = characters[from + i];
            if (c == '.') {
                point = i;
            } else if (c < '0' || c > '9' || i > MOST_DIGITS) {
                return parser.getDoubleValue();
            } else {
                digits = 10 * digits + c - '0';
            }
        }
        double number = digits / POWERS[length - 1 - point];
        return negative ? -number : number;
    }

    /** The same string for the same text, mostly: devices and categories come again and again. */
    private String text(JsonParser parser) {
        char[] characters = parser.getStringCharacters();
        int from = parser.getStringOffset();
        int length = parser.getStringLength();
        if (length > LONGEST_KNOWN) {
            return new String(characters, from, length);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + characters[i];
        }
        int slot = (hash ^ hash >>> 16) & KNOWN_TEXTS - 1;
        String text = known[slot];
        char[] same = knownCharacters[slot];
        if (text == null || !Arrays.equals(same, 0, same.length, characters, from, from + length)) {
            text = new String(characters, from, length);
            known[slot] = text;
            knownCharacters[slot] = Arrays.copyOfRange(characters, from, from + length);
        }
        return text;
    }

    private void grow(int length) {
        kinds = Arrays.copyOf(kinds, length);
        ends = Arrays.copyOf(ends, length);
        counts = Arrays.copyOf(counts, length);
        numbers = Arrays.copyOf(numbers, length);
        texts = Arrays.copyOf(texts, length);
        names = Arrays.copyOf(names, length);
    }

    /** @return the value of an object's field, the last of several; {@link #NONE} also if it is no object */
    public int field(int place, String name) {
        int found = NONE;
        if (isObject(place)) {
            for (int child = place + 1; child < ends[place]; child = ends[child]) {
                if (name.equals(names[child])) {
                    found = child;
                }
            }
        }
        return found;
    }

    /** @return the first value in a container; only if its size is not 0 */
    public int first(int place) {
        return place + 1;
    }

    /** @return the value behind this one in the same container, if there is one */
    public int next(int place) {
        return ends[place];
    }

    /** How many values a container has, 0 of others. */
    public int size(int place) {
        return place == NONE ? 0 : counts[place];
    }

    /** The field's name of a value that is one. */
    public String name(int place) {
        String name = names[place];
        return name == null ? "" : name;
    }

    public boolean isObject(int place) {
        return place != NONE && place < size && kinds[place] == OBJECT;
    }

    public boolean isList(int place) {
        return place != NONE && kinds[place] == LIST;
    }

    public boolean isText(int place) {
        return place != NONE && kinds[place] == TEXT;
    }

    public boolean isNumber(int place) {
        return place != NONE && kinds[place] == NUMBER;
    }

    public boolean isAbsent(int place) {
        return place == NONE || kinds[place] == NULL;
    }

    /** @return the text, or an empty one of what is no text */
    public String text(int place) {
        String text = isText(place) ? texts[place] : null;
        return text == null ? "" : text;
    }

    /** @return NaN for null, {@link Rows#NOT_A_NUMBER_GIVEN} for what is no number */
    public double number(int place) {
        if (place == NONE) {
            return Double.NaN;
        }
        return switch (kinds[place]) {
            case NUMBER -> numbers[place];
            case TRUE -> 1;
            case FALSE -> 0;
            case NULL -> Double.NaN;
            default -> Rows.NOT_A_NUMBER_GIVEN;
        };
    }

    /** @return the same text for 1, 1.0 and "1"; null for null and for what is no scalar */
    public @Nullable String category(int place) {
        if (place == NONE) {
            return null;
        }
        return switch (kinds[place]) {
            case TEXT -> texts[place];
            case NUMBER -> category(numbers[place]);
            case TRUE -> "true";
            case FALSE -> "false";
            default -> null;
        };
    }

    private static String category(double number) {
        return number == Math.rint(number) && Math.abs(number) < EXACT
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    /** A value as JSON, for messages and for what is kept as such. */
    public String json(int place) {
        StringBuilder out = new StringBuilder();
        json(place, out);
        return out.toString();
    }

    private void json(int place, StringBuilder out) {
        if (place == NONE) {
            out.append("missing");
            return;
        }
        switch (kinds[place]) {
            case OBJECT, LIST -> container(place, out);
            case TEXT -> quoted(text(place), out);
            case NUMBER -> out.append(category(numbers[place]));
            default -> out.append(kinds[place] == TRUE ? "true" : kinds[place] == FALSE ? "false" : "null");
        }
    }

    private void container(int place, StringBuilder out) {
        boolean object = kinds[place] == OBJECT;
        out.append(object ? '{' : '[');
        for (int child = place + 1; child < ends[place]; child = ends[child]) {
            if (child > place + 1) {
                out.append(',');
            }
            if (object) {
                quoted(name(child), out);
                out.append(':');
            }
            json(child, out);
        }
        out.append(object ? '}' : ']');
    }

    private static void quoted(String text, StringBuilder out) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }
}
