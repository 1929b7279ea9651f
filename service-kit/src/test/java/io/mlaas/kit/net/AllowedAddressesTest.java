package io.mlaas.kit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {
    private final AllowedAddresses none = new AllowedAddresses("mlaas.sharing.webhook.allowed-networks", List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "127.0.0.1",
                "127.1.2.3",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "64:ff9b::7f00:1",
                "2001::1",
                "2002:7f00:1::",
                "2001:db8::1",
                "100::1",
                "::7f00:1",
                "fec0::1"
            })
    void refusesWhatIsNotPublic(String address) throws Exception {
        assertThat(none.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700:4700::1111"})
    void allowsWhatIsPublic(String address) throws Exception {
        assertThat(none.allows(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void anIpv4AddressInsideAnIpv6OneIsWhatItIs() throws Exception {
        assertThat(none.allows(mapped("7f000001"))).isFalse();
        assertThat(none.allows(mapped("a9fea9fe"))).isFalse();
        assertThat(none.allows(mapped("08080808"))).isTrue();
    }

    /** The JDK itself makes an IPv4 address of these unless it is told the scope. */
    static InetAddress mapped(String hex) throws Exception {
        return Inet6Address.getByAddress(null, HexFormat.of().parseHex("00000000000000000000ffff" + hex), -1);
    }

    @Test
    void allowsWhatIsConfigured() throws Exception {
        AllowedAddresses some = new AllowedAddresses(
                "mlaas.sharing.webhook.allowed-networks", List.of("10.1.0.0/16", "fd00::/8", "127.0.0.1/32"));
        assertThat(some.allows(InetAddress.getByName("10.1.255.1"))).isTrue();
        assertThat(some.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThat(some.allows(InetAddress.getByName("fd12::1"))).isTrue();
        assertThat(some.allows(InetAddress.getByName("127.0.0.2"))).isFalse();
        assertThat(some.allows(mapped("7f000001"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0/x", "example.com/8", "", "/8", "::/129"})
    void refusesWhatIsNoNetwork(String network) {
        assertThatThrownBy(() -> new AllowedAddresses("mlaas.sharing.webhook.allowed-networks", List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mlaas.sharing.webhook.allowed-networks: " + network);
    }
}
