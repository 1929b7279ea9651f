package io.mlaas.contracts;

import java.util.regex.Pattern;
import org.web3j.crypto.Keys;

/** Addresses as they are written: 20 bytes in hexadecimal, mixed case carrying the checksum of EIP-55. */
public final class Addresses {
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

    private Addresses() {}

    /** Whether the text has an address's form. Its case is not looked at. */
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** The address in the one spelling that carries its checksum. */
    public static String checksummed(String address) {
        if (!isAddress(address)) {
            throw new IllegalArgumentException("address: " + address + " (expected: 0x and 40 hex digits)");
        }
        return Keys.toChecksumAddress(address);
    }
}
