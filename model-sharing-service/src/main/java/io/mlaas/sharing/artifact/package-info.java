/** Files: streamed in while they are hashed, kept content-addressed, streamed out only if they still are what they were. */
@NullMarked
package io.mlaas.sharing.artifact;

import org.jspecify.annotations.NullMarked;
