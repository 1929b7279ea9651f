package io.mlaas.kit.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be connected to: the public ones (the IANA registries of special-purpose addresses, RFC 6890, say
 * which are not) and those in networks that are configured. An IPv4 address inside an IPv6 one counts as what it is.
 */
public final class AllowedAddresses {
    private static final List<Network> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20")
            .map(network -> Network.parse("", network))
            .toList();
    private static final Network GLOBAL_UNICAST = Network.parse("", "2000::/3");

    private final String property;
    private final List<Network> allowed;

    /**
     * @param property where the networks are configured, for messages
     * @param networks such as {@code 10.1.0.0/16} or {@code fd00::/8}
     */
    public AllowedAddresses(String property, List<String> networks) {
        this.property = property;
        allowed = networks.stream()
                .map(network -> Network.parse(property, network))
                .toList();
    }

    /** Where others may be allowed. */
    public String property() {
        return property;
    }

    public boolean allows(InetAddress address) {
        byte[] bytes = unwrapped(address.getAddress());
        if (allowed.stream().anyMatch(network -> network.contains(bytes))) {
            return true;
        }
        return (bytes.length == 4 || GLOBAL_UNICAST.contains(bytes))
                && NOT_PUBLIC.stream().noneMatch(network -> network.contains(bytes));
    }

    /** {@code ::ffff:a.b.c.d} and {@code ::a.b.c.d} are {@code a.b.c.d}, but {@code ::} and {@code ::1} are themselves. */
    private static byte[] unwrapped(byte[] address) {
        if (address.length == 4) {
            return address;
        }
        boolean zeros = true;
        for (int i = 0; i < 10; i++) {
            zeros &= address[i] == 0;
        }
        boolean mapped = address[10] == (byte) 0xff && address[11] == (byte) 0xff;
        boolean compatible = address[10] == 0 && address[11] == 0 && (address[12] != 0 || address[13] != 0);
        return zeros && (mapped || compatible) ? Arrays.copyOfRange(address, 12, 16) : address;
    }

    /** @param address of 4 or 16 bytes */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Network(byte[] address, int bits) {

        static Network parse(String property, String text) {
            int slash = text.indexOf('/');
            try {
                String host = text.substring(0, slash);
                int bits = Integer.parseInt(text.substring(slash + 1));
                byte[] address = host.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
                        ? InetAddress.getByName(host).getAddress()
                        : new byte[0];
                if (bits >= 0 && bits <= address.length * 8 && address.length > 0) {
                    return new Network(address, bits);
                }
            } catch (IndexOutOfBoundsException | NumberFormatException | UnknownHostException e) {
                throw wrong(property, text, e);
            }
            throw wrong(property, text, null);
        }

        private static IllegalArgumentException wrong(
                String property, String text, @org.jspecify.annotations.Nullable Exception e) {
            return new IllegalArgumentException(
                    "%s: %s (expected: 10.1.0.0/16, for example)".formatted(property, text), e);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
