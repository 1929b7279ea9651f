package io.mlaas.kit.audit;

import java.util.UUID;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** What a service adds to the audit entry of the request that it serves. */
public final class Audit {

    private Audit() {}

    /** An asset that the request is about, where neither its path nor the answer's {@code Location} names it. */
    public static void about(UUID asset) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null
                && request.getAttribute(AuditedRequest.ATTRIBUTE, RequestAttributes.SCOPE_REQUEST)
                        instanceof AuditedRequest audited) {
            audited.about(asset);
        }
    }
}
