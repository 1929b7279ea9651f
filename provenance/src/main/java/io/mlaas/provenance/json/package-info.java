/** JSON read strictly: what was not expected is refused, by its path. */
@NullMarked
package io.mlaas.provenance.json;

import org.jspecify.annotations.NullMarked;
