package io.mlaas.api.translation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payloads on {@code mlaas.translation}; the CloudEvents subject is the source model's id. */
public final class TranslationEvents {
    public static final String STARTED = "io.mlaas.translation.started";
    public static final String SUCCEEDED = "io.mlaas.translation.succeeded";
    /** The model cannot be translated, or not faithfully: asking again changes nothing. */
    public static final String REFUSED = "io.mlaas.translation.refused";
    /** The platform did not manage it. */
    public static final String FAILED = "io.mlaas.translation.failed";

    /**
     * @param translationId the work's own id, as in {@code GET /translate/status/{translation_id}}
     * @param sourceModelId what is translated
     * @param modelId the new model, once there is one
     * @param code of the problem, if there was one
     * @param reason the problem's detail
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TranslationChanged(
            UUID translationId,
            UUID sourceModelId,
            @Nullable UUID modelId,
            Instant at,
            @Nullable String code,
            @Nullable String reason) {}

    private TranslationEvents() {}
}
