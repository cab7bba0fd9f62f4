package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what is written for an {@link Endpoint}, and says what is wrong with it. */
final class EndpointText {
    private static final Pattern TCP = Pattern.compile("tcp://(\\[[^\\]]*\\]|[^\\[\\]/]*):([^:]*)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /** What fits into the address of a Unix socket, without the NUL at its end. */
    private static final int MOST_PATH_BYTES = 107;

    private EndpointText() {}

    static Endpoint.Tcp tcp(String text) {
        Matcher matcher = TCP.matcher(text);
        if (!matcher.matches()) {
            throw refusal(
                    Code.BAD_PORT, text, "it is not of the form tcp://HOST:PORT", "write tcp://127.0.0.1:9997, say");
        }
        String port = matcher.group(2);
        if (!PORT.matcher(port).matches() || Integer.parseInt(port) > 65535) {
            throw refusal(
                    Code.BAD_PORT, text, "the port \"" + shown(port) + "\" is not a number 0..65535", "correct it");
        }
        return new Endpoint.Tcp(host(text, matcher.group(1)), Integer.parseInt(port));
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
                    Code.BAD_HOST, text, "an IPv6 address needs brackets", "write tcp://[" + shown(host) + "]:PORT");
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

    static Endpoint.Ipc ipc(String text) {
        String path = text.substring("ipc://".length());
        if (path.isEmpty() || path.equals("*")) {
            throw refusal(Code.BAD_PATH, text, "the path is missing", "write the path of a file, as ipc://run/handler");
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
            return new Endpoint.Ipc(Path.of(path));
        } catch (InvalidPathException e) {
            throw refusal(Code.BAD_PATH, text, "it is no path: " + e.getReason(), "correct it");
        }
    }

    static ZmtpException refusal(Code code, String text, String what, String fix) {
        return new ZmtpException(code, "endpoint \"" + shown(text) + "\": " + what + ". Fix: " + fix + ".");
    }

    private static String shown(String text) {
        return Printable.of(text.getBytes(StandardCharsets.UTF_8), 200);
    }
}
