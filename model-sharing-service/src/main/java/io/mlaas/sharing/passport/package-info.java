/**
 * Passports: what the owner of a model lets everybody read of how it came about, as a page for people, as JSON, as a badge,
 * a bill of materials and a model card.
 */
@NullMarked
package io.mlaas.sharing.passport;

import org.jspecify.annotations.NullMarked;
