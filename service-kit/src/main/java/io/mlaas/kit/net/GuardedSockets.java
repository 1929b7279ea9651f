package io.mlaas.kit.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that connect to allowed addresses only. The address is looked at when the connection is made: whatever a name
 * resolved to before, or however an address was written, does not matter.
 */
public final class GuardedSockets extends SocketFactory {
    private final AllowedAddresses allowed;

    public GuardedSockets(AllowedAddresses allowed) {
        this.allowed = allowed;
    }

    /** The address is one of ours, or nobody's. */
    public static final class AddressRefused extends IOException {
        private static final long serialVersionUID = 1L;

        AddressRefused(String property) {
            super("the address is not public (expected: a public one, or one in " + property + ")");
        }
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int timeout) throws IOException {
                if (!(endpoint instanceof InetSocketAddress address)
                        || address.isUnresolved()
                        || !allowed.allows(address.getAddress())) {
                    throw new AddressRefused(allowed.property());
                }
                super.connect(endpoint, timeout);
            }

            @Override
            public void connect(SocketAddress endpoint) throws IOException {
                connect(endpoint, 0);
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }
}
