package io.mlaas.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the audit log, newest first.
 *
 * @param nextCursor give it as {@code cursor} to get what is older; absent on the last page
 * @param unanswered services whose entries are missing here because they did not answer; only the gateway says this
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditPage(
        List<AuditEntry> items,
        @Nullable String nextCursor,
        @Nullable List<String> unanswered) {
    public AuditPage {
        items = List.copyOf(items);
        unanswered = unanswered == null ? null : List.copyOf(unanswered);
    }
}
