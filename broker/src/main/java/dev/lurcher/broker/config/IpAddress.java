package dev.lurcher.broker.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Tells addresses from names, without asking a resolver. */
final class IpAddress {
    private static final Pattern V4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?=\\d)|$)){4}");
    private static final Pattern V6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[0-9A-Za-z._-]+)?");

    private IpAddress() {}

    /** Whether this is an IPv4 or IPv6 address as it is usually written; IPv6 without brackets. */
    static boolean matches(String text) {
        if (V4.matcher(text).matches()) {
            return true;
        }
        try {
            // With a colon in it this never asks a resolver.
            return V6_CHARACTERS.matcher(text).matches() && InetAddress.getByName(text) != null;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
