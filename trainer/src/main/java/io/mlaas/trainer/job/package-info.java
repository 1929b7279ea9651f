/** What every training program has around its training: the job's files, and what it says while it works. */
@NullMarked
package io.mlaas.trainer.job;

import org.jspecify.annotations.NullMarked;
