/** What translation-service tells the others. */
@NullMarked
package io.mlaas.api.translation;

import org.jspecify.annotations.NullMarked;
