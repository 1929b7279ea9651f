package io.mlaas.sharing.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.kit.net.AllowedAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that must not reach what is ours. */
class WebhookSenderTest {
    private final Receiver receiver = new Receiver();

    @AfterEach
    void stop() {
        receiver.close();
    }

    private WebhookSender.Result send(List<String> allowed, String host, Dns dns) {
        return new WebhookSender(
                        new AllowedAddresses("mlaas.sharing.webhook.allowed-networks", allowed),
                        Duration.ofSeconds(2),
                        dns)
                .send("http://" + host + ":" + receiver.port() + "/x", new byte[32], "id", "{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"})
    void doNotReachThisMachineHoweverItIsWritten(String host) {
        WebhookSender.Result result = send(List.of(), host, Dns.SYSTEM);
        assertThat(result.delivered()).isFalse();
        assertThat(result.attempt().error()).isIn("address_refused", "unknown_host");
        assertThat(receiver.requests()).isEmpty();
    }

    @Test
    void doNotReachWhatANameResolvesTo() throws Exception {
        InetAddress mapped =
                Inet6Address.getByAddress(null, HexFormat.of().parseHex("00000000000000000000ffff7f000001"), -1);
        for (InetAddress address : List.of(InetAddress.getByName("127.0.0.1"), mapped)) {
            WebhookSender.Result result = send(List.of(), "innocent.example", name -> List.of(address));
            assertThat(result.attempt().error()).isEqualTo("address_refused");
        }
        assertThat(receiver.requests()).isEmpty();
        assertThat(send(List.of("127.0.0.0/8"), "innocent.example", name -> List.of(InetAddress.getLoopbackAddress()))
                        .delivered())
                .isTrue();
    }

    @Test
    void aNameThatResolvesToSomethingElseAtTheSecondTimeIsLookedAtAgain() throws Exception {
        InetAddress good = InetAddress.getByName("127.0.0.2");
        InetAddress bad = InetAddress.getByName("127.0.0.1");
        int[] asked = {0};
        Dns rebinding = name -> List.of(asked[0]++ == 0 ? good : bad);
        var sender = new WebhookSender(
                new AllowedAddresses("mlaas.sharing.webhook.allowed-networks", List.of("127.0.0.2/32")),
                Duration.ofSeconds(2),
                rebinding);
        String url = "http://rebinding.example:" + receiver.port() + "/x";
        assertThat(sender.send(url, new byte[32], "id", "{}").attempt().error()).isNotEqualTo("address_refused");
        assertThat(sender.send(url, new byte[32], "id", "{}").attempt().error()).isEqualTo("address_refused");
    }

    @Test
    void redirectsAreNotFollowed() {
        receiver.answers(302, "http://127.0.0.1:" + receiver.port() + "/elsewhere");
        WebhookSender.Result result = send(List.of("127.0.0.1/32"), "127.0.0.1", Dns.SYSTEM);
        assertThat(result.attempt().status()).isEqualTo(302);
        assertThat(result.delivered()).isFalse();
        assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(request.path())
                .isEqualTo("/x"));
    }

    @Test
    void anEndlessAnswerIsNotRead() {
        receiver.endless();
        long before = System.nanoTime();
        assertThat(send(List.of("127.0.0.1/32"), "127.0.0.1", Dns.SYSTEM).delivered())
                .isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aReceiverThatDoesNotAnswerIsNotWaitedForLong() {
        receiver.hangs();
        assertThat(send(List.of("127.0.0.1/32"), "127.0.0.1", Dns.SYSTEM)
                        .attempt()
                        .error())
                .isEqualTo("timeout");
    }
}
