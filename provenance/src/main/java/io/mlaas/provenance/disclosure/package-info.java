/** Salted commitments to facts, which can be disclosed one by one: the disclosures of RFC 9901 (SD-JWT). */
@NullMarked
package io.mlaas.provenance.disclosure;

import org.jspecify.annotations.NullMarked;
