/** What a model is, from the facts of its provenance: as a model card for people and for machines. */
@NullMarked
package io.mlaas.provenance.card;

import org.jspecify.annotations.NullMarked;
