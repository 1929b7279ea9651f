/** Secrets at rest: AES-256-GCM under a service's master key, bound to their owner. */
@NullMarked
package io.mlaas.kit.seal;

import org.jspecify.annotations.NullMarked;
