/** Who is calling, on whose behalf, for which company: JWTs of the identity provider, denied by default. */
@NullMarked
package io.mlaas.kit.security;

import org.jspecify.annotations.NullMarked;
