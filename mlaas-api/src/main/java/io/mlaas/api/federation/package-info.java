/** What ppfl-api tells the others. */
@NullMarked
package io.mlaas.api.federation;

import org.jspecify.annotations.NullMarked;
