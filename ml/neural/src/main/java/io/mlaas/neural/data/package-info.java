/** Reads datasets (CSV, NPY, NPZ, MAT v5, idx) into samples and targets. */
@NullMarked
package io.mlaas.neural.data;

import org.jspecify.annotations.NullMarked;
