/** Prequential evaluation: every row is first predicted, then learned (Dawid 1984; Gama, Sebastião and Rodrigues 2013). */
@NullMarked
package io.mlaas.online.evaluation;

import org.jspecify.annotations.NullMarked;
