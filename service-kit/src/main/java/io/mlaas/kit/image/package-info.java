/** What an image has beside its service: the health check, and the rehearsal that records its start-up cache. */
@NullMarked
package io.mlaas.kit.image;

import org.jspecify.annotations.NullMarked;
