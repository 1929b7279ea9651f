/** Several learners on one stream; the one that has been right most often of late answers. */
@NullMarked
package io.mlaas.online.race;

import org.jspecify.annotations.NullMarked;
