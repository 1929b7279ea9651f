/** The audit logs of all services as one. */
@NullMarked
package io.mlaas.gateway.audit;

import org.jspecify.annotations.NullMarked;
