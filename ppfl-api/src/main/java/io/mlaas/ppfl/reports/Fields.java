package io.mlaas.ppfl.reports;

import io.mlaas.ppfl.delivery.DeliveryTarget;
import io.mlaas.ppfl.federation.Violations;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a body, numbers also where they are written as text. What is wrong with one is noted; what was read and
 * is no secret is shown again.
 */
final class Fields {
    private static final String SECRET = "(not shown)";

    private final Body body;
    private final Violations violations;
    private final Set<String> known = new LinkedHashSet<>();
    private final ObjectNode shown = JsonNodeFactory.instance.objectNode();

    Fields(Body body, Violations violations) {
        this.body = body;
        this.violations = violations;
    }

    /** What was asked for, without secrets. */
    ObjectNode shown() {
        return shown;
    }

    Violations violations() {
        return violations;
    }

    boolean has(String name) {
        known.add(name);
        JsonNode value = body.get(name);
        return !value.isMissingNode()
                && !value.isNull()
                && !(body.isForm() && value.asString().isEmpty());
    }

    /** A whole number; null if it is absent, or wrong, which is noted. */
    @Nullable
    Integer count(String name, int least, int most, boolean required) {
        String expected = "a whole number from %d to %d".formatted(least, most);
        Double number = number(name, expected, required);
        if (number == null) {
            return null;
        }
        if (number != Math.rint(number) || number < least || number > most) {
            violations.add("$." + name, body.get(name), expected);
            return null;
        }
        shown.put(name, number.intValue());
        return number.intValue();
    }

    @Nullable
    Long seed(String name) {
        JsonNode value = body.get(name);
        if (!has(name)) {
            return null;
        }
        if (!value.asString("").matches("-?[0-9]{1,18}")) {
            violations.add("$." + name, value, "a whole number");
            return null;
        }
        long seed = Long.parseLong(value.asString());
        shown.put(name, seed);
        return seed;
    }

    /** A number above that bound; null if it is absent, or wrong, which is noted. */
    @Nullable
    Double above(String name, double bound, boolean required) {
        String expected = "a number > " + (bound == Math.rint(bound) ? String.valueOf((long) bound) : bound);
        Double number = number(name, expected, required);
        if (number != null && !(number > bound)) {
            violations.add("$." + name, body.get(name), expected);
            return null;
        }
        if (number != null) {
            shown.put(name, number);
        }
        return number;
    }

    @Nullable
    Double within(String name, double least, double most) {
        String expected = "a number from %s to %s".formatted(least, most);
        Double number = number(name, expected, false);
        if (number != null && !(number >= least && number <= most)) {
            violations.add("$." + name, body.get(name), expected);
            return null;
        }
        if (number != null) {
            shown.put(name, number);
        }
        return number;
    }

    private @Nullable Double number(String name, String expected, boolean required) {
        JsonNode value = body.get(name);
        if (!has(name)) {
            if (required) {
                violations.add("$." + name, "missing", expected);
            }
            return null;
        }
        try {
            double number = value.isNumber() ? value.doubleValue() : Double.parseDouble(value.asString(""));
            if (Double.isFinite(number) && (value.isNumber() || value.isString())) {
                return number;
            }
        } catch (NumberFormatException e) {
            violations.add("$." + name, value, expected);
            return null;
        }
        violations.add("$." + name, value, expected);
        return null;
    }

    /** A text of at most 200 characters. */
    @Nullable
    String text(String name, boolean required) {
        JsonNode value = body.get(name);
        if (!has(name)) {
            if (required) {
                violations.add("$." + name, "missing", "a text");
            }
            return null;
        }
        if (!value.isString()
                || value.stringValue().length() > 200
                || value.stringValue().indexOf('\0') >= 0) {
            violations.add("$." + name, value, "a text of at most 200 characters");
            return null;
        }
        shown.put(name, value.stringValue());
        return value.stringValue();
    }

    boolean flag(String name) {
        JsonNode value = body.get(name);
        if (!has(name)) {
            return false;
        }
        String text = value.asString("").toLowerCase(java.util.Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            violations.add("$." + name, value, "true or false");
            return false;
        }
        shown.put(name, text.equals("true"));
        return text.equals("true");
    }

    /** An object, in a form as JSON. */
    @Nullable
    JsonNode object(String name, JsonMapper json) {
        if (!has(name)) {
            return null;
        }
        JsonNode value = body.get(name);
        try {
            JsonNode object = value.isString() ? json.readTree(value.stringValue()) : value;
            if (object.isObject()) {
                shown.set(name, object);
                return object;
            }
        } catch (JacksonException e) {
            violations.add("$." + name, "not JSON", "an object");
            return null;
        }
        violations.add("$." + name, value, "an object");
        return null;
    }

    /** Where the model goes in the end; null if nothing of it is given. The keys are read, and not shown. */
    @Nullable
    DeliveryTarget delivery(String hostField, String object) {
        // all of them are asked for, so that each is known to be a field
        List<String> names = List.of(hostField, "bucket_name", "access_key", "secret_key", "object_name");
        boolean any = !names.stream().filter(this::has).toList().isEmpty();
        if (!any) {
            return null;
        }
        String host = text(hostField, true);
        String bucket = text("bucket_name", false);
        String named = text("object_name", false);
        String access = secret("access_key");
        String secret = secret("secret_key");
        return host == null || access == null || secret == null
                ? null
                : DeliveryTarget.of(host, bucket, named == null ? object : named, access, secret);
    }

    private @Nullable String secret(String name) {
        JsonNode value = body.get(name);
        boolean good = has(name)
                && value.isString()
                && !value.stringValue().isBlank()
                && value.stringValue().length() <= 1000
                && value.stringValue().chars().noneMatch(Character::isISOControl);
        if (!good) {
            violations.add(
                    "$." + name,
                    has(name) ? SECRET : "missing",
                    "a key of 1 to 1000 characters, none of them a control character");
            return null;
        }
        return value.stringValue();
    }

    /** Notes every field that nothing asked for. */
    void requireNoOther() {
        for (String name : body.values().propertyNames()) {
            if (!known.contains(name)) {
                violations.add("$." + name.replaceAll("[^A-Za-z0-9_.-]", "?"), SECRET, "one of " + known);
            }
        }
    }
}
