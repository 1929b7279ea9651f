/** What follows from a report: events, retraining under a policy, and the record of each decision. */
@NullMarked
package io.mlaas.monitoring.action;

import org.jspecify.annotations.NullMarked;
