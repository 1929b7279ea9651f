/** The OpenAPI document of the service at /openapi.json and its pages at /docs. */
@NullMarked
package io.mlaas.kit.openapi;

import org.jspecify.annotations.NullMarked;
