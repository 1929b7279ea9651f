/** What came of a forecast, as pictures (SVG) and a page (HTML) that needs nothing else; light and dark. */
@NullMarked
package io.mlaas.energy.report;

import org.jspecify.annotations.NullMarked;
