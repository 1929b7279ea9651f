/** The bearer token of one training job: reads its model's inputs and registers one result. */
@NullMarked
package io.mlaas.sharing.credential;

import org.jspecify.annotations.NullMarked;
