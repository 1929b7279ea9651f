/** What companies let one another do with their datasets and models. */
@NullMarked
package io.mlaas.sharing.grant;

import org.jspecify.annotations.NullMarked;
