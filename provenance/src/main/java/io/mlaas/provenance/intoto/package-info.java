/** What is said of an artifact: in-toto Statement v1, and the SLSA provenance v1 predicate. */
@NullMarked
package io.mlaas.provenance.intoto;

import org.jspecify.annotations.NullMarked;
