package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;

/**
 * Where a listener is bound.
 * <pre>
 *   endpoint = "tcp://" host ":" port / "ipc://" path
 *   host     = "*" / IPv4 address / "[" IPv6 address "]" / interface / name
 *   port     = 0..65535, 0 takes a free one
 *   path     = a Unix domain socket, absolute or relative to the working directory, at most 107 bytes
 * </pre>
 */
public sealed interface Endpoint {
    /**
     * Whether only processes of this machine can connect. A host that does not resolve counts as reachable from outside. May
     * ask the resolver, so it may block.
     */
    boolean loopbackOnly();

    /**
     * A TCP address.
     *
     * @param host {@code *} for all addresses of the machine, an IPv4 address, an IPv6 address without brackets, the name of
     *     an interface, or a host name
     * @param port 0..65535; 0 takes a free one when bound
     */
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public boolean loopbackOnly() {
            try {
                return address().getAddress().isLoopbackAddress();
            } catch (ZmtpException unknown) {
                return false;
            }
        }

        /**
         * The address to bind: the first one where an interface or a name has several. May ask the resolver, so it may block.
         *
         * @throws ZmtpException UNKNOWN_HOST
         */
        InetSocketAddress address() {
            if (host.equals("*")) {
                return new InetSocketAddress(port);
            }
            try {
                NetworkInterface network = isNumeric() ? null : NetworkInterface.getByName(host);
                InetAddress address = network == null ? InetAddress.getByName(host) : first(network);
                return new InetSocketAddress(address, port);
            } catch (UnknownHostException | SocketException e) {
                throw new ZmtpException(
                        Code.UNKNOWN_HOST,
                        "endpoint \"" + this + "\": \"" + host
                                + "\" is neither an address of this machine, nor one of its"
                                + " network interfaces, nor a name that resolves. Fix: write an address, as tcp://127.0.0.1:"
                                + port + ", or tcp://*:" + port + " for all addresses.",
                        e);
            }
        }

        private boolean isNumeric() {
            return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
        }

        private static InetAddress first(NetworkInterface network) throws UnknownHostException {
            return network.inetAddresses()
                    .min((a, b) -> Integer.compare(a.getAddress().length, b.getAddress().length))
                    .orElseThrow(() -> new UnknownHostException(network.getName() + " has no address"));
        }

        @Override
        public String toString() {
            return "tcp://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /**
     * A Unix domain socket.
     *
     * @param path of the socket; relative paths begin at the working directory
     */
    record Ipc(Path path) implements Endpoint {
        @Override
        public boolean loopbackOnly() {
            return true;
        }

        @Override
        public String toString() {
            return "ipc://" + path;
        }
    }

    /**
     * Reads an endpoint as it is written in a configuration.
     *
     * @throws ZmtpException UNKNOWN_TRANSPORT, BAD_HOST, BAD_PORT or BAD_PATH
     */
    static Endpoint parse(String text) {
        if (text.startsWith("tcp://")) {
            return EndpointText.tcp(text);
        }
        if (text.startsWith("ipc://")) {
            return EndpointText.ipc(text);
        }
        throw EndpointText.refusal(
                Code.UNKNOWN_TRANSPORT,
                text,
                "it starts with neither \"tcp://\" nor \"ipc://\", and no other transport can be bound",
                "write tcp://127.0.0.1:PORT or ipc://PATH");
    }
}
