package io.mlaas.stack.mqtt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is connected, and therefore which topics are open. */
sealed interface Identity {

    /** The topic filters within which this identity publishes and subscribes. */
    List<String> topics();

    /** The platform itself: every topic. */
    record Operator() implements Identity {
        @Override
        public List<String> topics() {
            return List.of("#");
        }
    }

    /**
     * Whom the platform knows: a company's device, or one of its people with a token.
     *
     * @param credential number of a device's credential, which can end
     * @param expiresAt when a token ends, as an ISO 8601 instant; absent for a device
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Member(
            @JsonProperty("user_name") String userName,
            @JsonProperty("topics") List<String> topics,
            @JsonProperty("credential") @Nullable Integer credential,
            @JsonProperty("expires_at") @Nullable String expiresAt)
            implements Identity {
        public Member {
            if (topics == null || topics.isEmpty()) {
                throw new IllegalArgumentException("topics: none (expected: what " + userName + " may use)");
            }
            topics = List.copyOf(topics);
        }
    }
}
