package dev.lurcher.broker.console;

import dev.lurcher.broker.console.ConsoleException.Code;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the admin listener is.
 * <pre>
 *   address = [ ( IPv4 / "[" IPv6 "]" / "localhost" ) ":" ] port       port 0 takes a free one
 * </pre>
 *
 * @param host an IP address without brackets
 * @param port 0..65535
 */
public record AdminAddress(String host, int port) {
    /** What may be written. */
    public static final String FORMS = "PORT, 127.0.0.1:PORT, [::1]:PORT or another ADDRESS:PORT";

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]:|([0-9.]+|localhost):)?([0-9]{1,5})");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MOST_PORT = 65_535;

    /**
     * Reads an address.
     *
     * @throws ConsoleException BAD_ADDRESS
     */
    public static AdminAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MOST_PORT) {
            throw bad(text);
        }
        String v6 = matcher.group(1);
        String v4 = matcher.group(2);
        String host = v6 != null ? v6 : v4 == null || v4.equals("localhost") ? LOOPBACK : v4;
        if (v6 != null ? !NetUtil.isValidIpV6Address(host) : !NetUtil.isValidIpV4Address(host)) {
            throw bad(text);
        }
        return new AdminAddress(host, Integer.parseInt(matcher.group(3)));
    }

    private static ConsoleException bad(String text) {
        return new ConsoleException(
                Code.BAD_ADDRESS, "admin.listen: \"" + text + "\" is no address. Fix: write " + FORMS);
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return address().getAddress().isLoopbackAddress();
    }

    InetSocketAddress address() {
        try {
            // It is an address and no name: nobody is asked.
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw bad(host);
        }
    }
}
