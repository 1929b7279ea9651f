/** Crashes, a failing object store, a full disk and wrong clocks under load, and the counting afterwards. */
@NullMarked
package io.mlaas.bench.chaos;

import org.jspecify.annotations.NullMarked;
