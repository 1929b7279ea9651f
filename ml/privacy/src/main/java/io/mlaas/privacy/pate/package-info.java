/** Private aggregation of teachers (Papernot et al. 2017, 2018): noisy votes and what each answer costs. */
@NullMarked
package io.mlaas.privacy.pate;

import org.jspecify.annotations.NullMarked;
