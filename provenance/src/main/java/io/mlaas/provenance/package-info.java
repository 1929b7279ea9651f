/** Evidence about data and models that an outsider can check without the platform. */
@NullMarked
package io.mlaas.provenance;

import org.jspecify.annotations.NullMarked;
