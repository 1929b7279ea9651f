/** What flows through a pipeline: rows of typed columns with units, and how rows are written into a checkpoint. */
@NullMarked
package io.mlaas.transform.row;

import org.jspecify.annotations.NullMarked;
