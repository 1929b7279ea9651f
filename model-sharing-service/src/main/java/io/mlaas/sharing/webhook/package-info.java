/** Events for other people's systems: signed HTTP requests, repeated until they arrive, to addresses that are not ours. */
@NullMarked
package io.mlaas.sharing.webhook;

import org.jspecify.annotations.NullMarked;
