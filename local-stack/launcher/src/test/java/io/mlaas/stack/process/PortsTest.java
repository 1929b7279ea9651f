package io.mlaas.stack.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void neverGivesAPortTwice() {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assertThat(given.add(Ports.free())).isTrue();
        }
    }

    @Test
    void keepsAChosenPort() {
        assertThat(Ports.orFree(18_545)).isEqualTo(18_545);
        assertThat(Ports.orFree(0)).isPositive();
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatThrownBy(() -> Ports.orFree(-1)).hasMessage("port: -1 (expected: 0..65535)");
    }

    @Test
    void tellsATakenPortAndWhoHasIt() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Ports.isFree(socket.getLocalPort())).isFalse();
            assertThat(Ports.answers(socket.getLocalPort())).isTrue();
            assertThat(Ports.owner(socket.getLocalPort()))
                    .contains("pid " + ProcessHandle.current().pid());
        }
    }
}
