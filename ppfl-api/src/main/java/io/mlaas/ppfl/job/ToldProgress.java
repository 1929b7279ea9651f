package io.mlaas.ppfl.job;

import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationRound;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What programs tell of a federation in the lines of their log: an object with {@code epoch} is a round, one with
 * {@code client} and {@code client_state} is how a client is. Anything else is none of the federation's.
 */
@Component
class ToldProgress {
    private static final Logger log = LoggerFactory.getLogger(ToldProgress.class);
    private static final int LONGEST = 500;
    private static final Pattern PHASE = Pattern.compile("[a-z][a-z0-9_-]{0,39}");
    // a diverged loss is NaN: programs write it so, although JSON has no word for it
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final FederationProgress progress;

    ToldProgress(FederationProgress progress) {
        this.progress = progress;
    }

    void take(UUID federation, String line) {
        JsonNode told;
        try {
            told = JSON.readTree(line);
        } catch (JacksonException e) {
            log.debug("a program told something else than JSON: {}", line, e);
            return;
        }
        if (told.path("epoch").isIntegralNumber() && told.path("epoch").canConvertToInt()) {
            progress.round(federation, round(told));
        }
        JsonNode name = told.path("client");
        if (name.isString() && told.path("client_state").isString()) {
            client(federation, name.stringValue(), told);
        }
    }

    private static FederationRound round(JsonNode told) {
        String phase = told.path("phase").asString(FederationRound.USUAL);
        return new FederationRound(
                PHASE.matcher(phase).matches() ? phase : FederationRound.USUAL,
                told.path("epoch").intValue(),
                null,
                count(told.path("clients")),
                count(told.path("clients_total")),
                number(told.path("loss")),
                number(told.path("accuracy")),
                number(told.path("epsilon")),
                bytes(told.path("bytes_up")),
                bytes(told.path("bytes_down")),
                number(told.path("seconds")));
    }

    private void client(UUID federation, String name, JsonNode told) {
        String state = told.path("client_state").stringValue().toUpperCase(Locale.ROOT);
        for (FederationClient.State known : FederationClient.State.values()) {
            if (known.name().equals(state)) {
                String reason = told.path("client_reason").asString("");
                progress.client(federation, shortened(name), known, reason.isEmpty() ? null : shortened(reason), null);
            }
        }
    }

    private static String shortened(String text) {
        String plain = text.replace("\0", "");
        return plain.length() > LONGEST ? plain.substring(0, LONGEST) + "…" : plain;
    }

    private static @Nullable Integer count(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null;
    }

    private static @Nullable Long bytes(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.doubleValue()) ? (long) node.doubleValue() : null;
    }

    private static @Nullable Double number(JsonNode node) {
        return node.isNumber() && Double.isFinite(node.doubleValue()) ? node.doubleValue() : null;
    }
}
