/** The chart of the platform, rendered by Helm and judged by what Kubernetes would make of it. */
@NullMarked
package io.mlaas.deploy;

import org.jspecify.annotations.NullMarked;
