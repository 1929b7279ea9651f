package io.mlaas.kit.audit;

import io.mlaas.api.audit.AuditPage;

/** Where {@code GET /audit} looks: a service's own table, or, at the gateway, all services. */
public interface AuditTrail {

    AuditPage find(AuditQuery query);
}
