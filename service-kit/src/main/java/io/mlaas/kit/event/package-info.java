/** Events that commit with the state they tell of (transactional outbox) and are consumed once (inbox). */
@NullMarked
package io.mlaas.kit.event;

import org.jspecify.annotations.NullMarked;
