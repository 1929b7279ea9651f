/** What releases cost in Rényi differential privacy (Mironov 2017), how costs add up, and what (ε, δ) that is. */
@NullMarked
package io.mlaas.privacy.accounting;

import org.jspecify.annotations.NullMarked;
