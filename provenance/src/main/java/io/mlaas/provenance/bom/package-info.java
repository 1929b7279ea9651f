/** What a model is made of, from the facts of its provenance: as a bill of materials (CycloneDX 1.6, ML-BOM). */
@NullMarked
package io.mlaas.provenance.bom;

import org.jspecify.annotations.NullMarked;
