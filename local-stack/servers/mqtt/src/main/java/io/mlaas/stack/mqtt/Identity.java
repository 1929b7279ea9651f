package io.mlaas.stack.mqtt;

/** Who is connected, and therefore which topics are open. */
sealed interface Identity {

    /** The topic filter within which this identity publishes and subscribes. */
    String topicFilter();

    /** The platform itself: every topic. */
    record Operator() implements Identity {
        @Override
        public String topicFilter() {
            return "#";
        }
    }

    /** A company's device: only what lies under its company. */
    record Device(String organizationId) implements Identity {
        public Device {
            if (!organizationId.matches("[0-9a-f-]{36}")) {
                throw new IllegalArgumentException(
                        "organizationId: %s (expected: a lower-case UUID)".formatted(organizationId));
            }
        }

        @Override
        public String topicFilter() {
            return "mlaas/" + organizationId + "/#";
        }
    }
}
