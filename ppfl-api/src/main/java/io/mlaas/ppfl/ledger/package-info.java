/** What federations spend of the privacy of those whose data they learn from: budgets, reservations, anchored records. */
@NullMarked
package io.mlaas.ppfl.ledger;

import org.jspecify.annotations.NullMarked;
