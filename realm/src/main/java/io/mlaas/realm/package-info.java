/**
 * The platform's realm in a Keycloak that an older version of the platform made: what this version needs is added, what is
 * there stays as it is.
 */
@NullMarked
package io.mlaas.realm;

import org.jspecify.annotations.NullMarked;
