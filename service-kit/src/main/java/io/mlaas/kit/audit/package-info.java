/** Who changed what, when and from where: one entry for every changing request, written before it is served. */
@NullMarked
package io.mlaas.kit.audit;

import org.jspecify.annotations.NullMarked;
