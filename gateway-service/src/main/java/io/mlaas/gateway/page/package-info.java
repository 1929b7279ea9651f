/** The start page, and the state of what runs. */
@NullMarked
package io.mlaas.gateway.page;

import org.jspecify.annotations.NullMarked;
