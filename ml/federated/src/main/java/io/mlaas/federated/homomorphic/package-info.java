/**
 * Additively homomorphic encryption of updates: whoever has only the public key adds what he cannot read. P. Paillier,
 * "Public-Key Cryptosystems Based on Composite Degree Residuosity Classes", EUROCRYPT 1999, with several values in each
 * plaintext. Clients share the secret key, which one of them deals to the others; the server gets the public one.
 *
 * <p>Malleable by design: whoever can write a ciphertext can add to what it says, and a sum shows nothing of it. That
 * an update is the client's is for the channel to prove (here: TLS with the client's certificate), or for a MAC among
 * clients over each ciphertext before it is added.
 */
@NullMarked
package io.mlaas.federated.homomorphic;

import org.jspecify.annotations.NullMarked;
