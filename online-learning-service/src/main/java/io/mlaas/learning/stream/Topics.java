package io.mlaas.learning.stream;

import io.mlaas.online.ConfigurationFields;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Topics as learners' documents write them, and as broker and cluster know them: a company's lie under a prefix of its own. */
public final class Topics {
    /** Characters of an MQTT topic; the standard allows 65,535 bytes, a learner's sources are told apart by it. */
    static final int LONGEST_MQTT = 900;

    /** Of 249 that Kafka allows, less the longest prefix. */
    private static final int LONGEST_KAFKA = 200;

    private static final Pattern KAFKA = Pattern.compile("[a-zA-Z0-9._-]+");

    private Topics() {}

    /** Everything of a company at the broker lies under this. */
    public static String mqttPrefix(UUID organizationId) {
        return "mlaas/" + organizationId + "/";
    }

    static String kafkaInPrefix(UUID organizationId) {
        return "mlaas.in." + organizationId + ".";
    }

    static String kafkaOutPrefix(UUID organizationId) {
        return "mlaas.out." + organizationId + ".";
    }

    static void require(@Nullable String expected, String topic, ConfigurationFields fields) {
        if (expected != null) {
            throw fields.refused("topic", "\"" + shown(topic) + "\"", expected);
        }
    }

    private static String shown(String topic) {
        return topic.length() > 80 ? topic.substring(0, 80) + "…" : topic;
    }

    /** @return what is expected instead, or null for a topic filter (MQTT 5, 4.7) */
    static @Nullable String filter(String topic) {
        @Nullable String expected = text(topic);
        if (expected != null) {
            return expected;
        }
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level.contains("#") && !(level.equals("#") && i == levels.length - 1)) {
                return "# alone in the last level";
            }
            if (level.contains("+") && !level.equals("+")) {
                return "+ alone in a level";
            }
        }
        return null;
    }

    /** @return what is expected instead, or null for a topic name (MQTT 5, 4.7) */
    static @Nullable String name(String topic) {
        return topic.contains("#") || topic.contains("+") ? "a topic without # and +" : text(topic);
    }

    private static @Nullable String text(String topic) {
        if (topic.isEmpty() || topic.length() > LONGEST_MQTT) {
            return "1 to " + LONGEST_MQTT + " characters";
        }
        if (topic.startsWith("$")) {
            return "no $ at the beginning; the service itself shares its subscriptions";
        }
        if (topic.indexOf('\0') >= 0 || !isUtf8(topic)) {
            return "UTF-8 without U+0000";
        }
        return null;
    }

    private static boolean isUtf8(String topic) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(java.nio.CharBuffer.wrap(topic))
                    .hasRemaining();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** @return what is expected instead, or null for a topic of Kafka */
    static @Nullable String kafka(String topic) {
        return topic.length() <= LONGEST_KAFKA && KAFKA.matcher(topic).matches()
                ? null
                : "1 to " + LONGEST_KAFKA + " of a-z, A-Z, 0-9, '.', '_', '-'";
    }

    /** Whether messages on a topic reach who subscribes to the filter. */
    static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            boolean same = i < levels.length && (wanted[i].equals("+") || wanted[i].equals(levels[i]));
            if (!same) {
                return false;
            }
        }
        return wanted.length == levels.length;
    }
}
