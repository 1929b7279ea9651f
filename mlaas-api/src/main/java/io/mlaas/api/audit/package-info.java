/** The audit log as every service answers it at {@code GET /audit}. */
@NullMarked
package io.mlaas.api.audit;

import org.jspecify.annotations.NullMarked;
