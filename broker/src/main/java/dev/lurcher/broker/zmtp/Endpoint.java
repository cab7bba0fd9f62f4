package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
            return Text.tcp(text);
        }
        if (text.startsWith("ipc://")) {
            return Text.ipc(text);
        }
        throw Text.refusal(
                Code.UNKNOWN_TRANSPORT,
                text,
                "it starts with neither \"tcp://\" nor \"ipc://\", and no other transport can be bound",
                "write tcp://127.0.0.1:PORT or ipc://PATH");
    }

    /** The grammar. */
    final class Text {
        private static final Pattern TCP = Pattern.compile("tcp://(\\[[^\\]]*\\]|[^\\[\\]/]*):([^:]*)");
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?");
        private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

        /** What fits into the address of a Unix socket, without the NUL at its end. */
        private static final int MOST_PATH_BYTES = 107;

        private Text() {}

        private static Tcp tcp(String text) {
            Matcher matcher = TCP.matcher(text);
            if (!matcher.matches()) {
                throw refusal(
                        Code.BAD_PORT,
                        text,
                        "it is not of the form tcp://HOST:PORT",
                        "write tcp://127.0.0.1:9997, say");
            }
            String port = matcher.group(2);
            if (!PORT.matcher(port).matches() || Integer.parseInt(port) > 65535) {
                throw refusal(
                        Code.BAD_PORT, text, "the port \"" + shown(port) + "\" is not a number 0..65535", "correct it");
            }
            return new Tcp(host(text, matcher.group(1)), Integer.parseInt(port));
        }

        private static String host(String text, String host) {
            if (host.startsWith("[")) {
                String address = host.substring(1, host.length() - 1);
                if (!NetUtil.isValidIpV6Address(address)) {
                    throw refusal(
                            Code.BAD_HOST,
                            text,
                            "what stands in the brackets is no IPv6 address",
                            "write tcp://[::1]:PORT, say");
                }
                return address;
            }
            if (host.indexOf(':') >= 0) {
                throw refusal(
                        Code.BAD_HOST,
                        text,
                        "an IPv6 address needs brackets",
                        "write tcp://[" + shown(host) + "]:PORT");
            }
            boolean digitsAndDots = !host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
            boolean known = digitsAndDots
                    ? NetUtil.isValidIpV4Address(host)
                    : host.equals("*") || NAME.matcher(host).matches();
            if (!known) {
                throw refusal(
                        Code.BAD_HOST,
                        text,
                        host.isEmpty() ? "the host is missing" : "\"" + shown(host) + "\" is no address and no name",
                        "write an address, or * for all addresses of this machine");
            }
            return host;
        }

        private static Ipc ipc(String text) {
            String path = text.substring("ipc://".length());
            if (path.isEmpty() || path.equals("*")) {
                throw refusal(
                        Code.BAD_PATH, text, "the path is missing", "write the path of a file, as ipc://run/handler");
            }
            if (path.startsWith("@")) {
                throw refusal(
                        Code.BAD_PATH,
                        text,
                        "abstract names (@) have no owner and no permissions and are not bound",
                        "write the path of a file, as ipc://run/handler, or ipc://./@... for a file of that name");
            }
            int bytes = path.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MOST_PATH_BYTES) {
                throw refusal(
                        Code.BAD_PATH,
                        text,
                        "the path has " + bytes + " bytes, and a Unix socket's has at most " + MOST_PATH_BYTES,
                        "choose a shorter path, or one relative to the working directory");
            }
            try {
                return new Ipc(Path.of(path));
            } catch (InvalidPathException e) {
                throw refusal(Code.BAD_PATH, text, "it is no path: " + e.getReason(), "correct it");
            }
        }

        private static ZmtpException refusal(Code code, String text, String what, String fix) {
            return new ZmtpException(code, "endpoint \"" + shown(text) + "\": " + what + ". Fix: " + fix + ".");
        }

        private static String shown(String text) {
            return Printable.of(text.getBytes(StandardCharsets.UTF_8), 200);
        }
    }
}
