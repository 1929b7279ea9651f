/** What monitoring-service tells the others. */
@NullMarked
package io.mlaas.api.monitoring;

import org.jspecify.annotations.NullMarked;
