package io.mlaas.kit.json;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Where a JSON text is wrong. Never a part of the text: it may hold a secret, and parsers quote what they do not understand. */
public final class JsonPlace {
    private static final int LONGEST_NAME = 100;

    private JsonPlace() {}

    /** @return as "not JSON from line 2, column 7 on" or "$.rounds (line 2, column 7): not of the right type (expected: a number)" */
    public static String of(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return path(e) + place(e) + ": unknown (expected: a field that this operation knows)";
        }
        if (e instanceof InvalidTypeIdException kind) {
            return kind(kind);
        }
        if (e instanceof MismatchedInputException mismatched) {
            if (isEmpty(e)) {
                return "empty (expected: JSON)";
            }
            return path(e) + place(e) + ": not of the right type" + expected(mismatched.getTargetType());
        }
        if (e instanceof UnexpectedEndOfInputException) {
            return "not whole JSON: it ends" + (hasPlace(e) ? " at " + words(e) : " early");
        }
        return "not JSON" + (hasPlace(e) ? " from " + words(e) + " on" : "");
    }

    /** Of an object whose member says which of several kinds of object it is. */
    private static String kind(InvalidTypeIdException e) {
        Class<?> base = e.getBaseType().getRawClass();
        JsonTypeInfo info = base.getAnnotation(JsonTypeInfo.class);
        JsonSubTypes kinds = base.getAnnotation(JsonSubTypes.class);
        String member = info == null || info.property().isEmpty() ? "" : "." + info.property();
        String known = kinds == null
                ? ""
                : Arrays.stream(kinds.value())
                        .map(JsonSubTypes.Type::name)
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.joining(", "));
        return path(e) + member + place(e) + ": " + (e.getTypeId() == null ? "missing" : "unknown")
                + (known.isEmpty() ? " (expected: the members of one kind)" : " (expected: one of " + known + ")");
    }

    /** Whether there is anything at all: to Jackson nothing is a value of the wrong type, too, at column 0. */
    private static boolean isEmpty(JacksonException e) {
        return e.getPath().isEmpty() && hasPlace(e) && e.getLocation().getColumnNr() == 0;
    }

    private static boolean hasPlace(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at != null && at.getLineNr() > 0;
    }

    private static String words(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    private static String place(JacksonException e) {
        return hasPlace(e) ? " (" + words(e) + ")" : "";
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder("$");
        for (JacksonException.Reference step : e.getPath()) {
            String name = step.getPropertyName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append('.').append(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name);
            }
        }
        return path.toString();
    }

    private static String expected(Class<?> type) {
        String words;
        if (type == null) {
            return "";
        } else if (type.isEnum()) {
            words = "one of "
                    + Arrays.stream(type.getFields())
                            .filter(Field::isEnumConstant)
                            .map(JsonPlace::word)
                            .collect(Collectors.joining(", "));
        } else if (type == boolean.class || type == Boolean.class) {
            words = "true or false";
        } else if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            words = "a number";
        } else if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            words = "a list";
        } else if (Map.class.isAssignableFrom(type) || type.isRecord()) {
            words = "an object";
        } else if (type == String.class) {
            words = "text";
        } else {
            words = "a value of the kind " + type.getSimpleName();
        }
        return " (expected: " + words + ")";
    }

    private static String word(Field constant) {
        JsonProperty named = constant.getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? constant.getName() : named.value();
    }
}
