package dev.lurcher.broker.route;

/** The grammar of host names, as far as routing needs it. */
final class HostName {
    private HostName() {}

    /** Where a name ends and its port begins; an IPv6 literal ends behind its bracket. */
    static int end(String name) {
        if (name.startsWith("[")) {
            int close = name.indexOf(']');
            return close < 0 ? name.length() : close + 1;
        }
        int colon = name.indexOf(':');
        return colon > 0 ? colon : name.length();
    }

    /** Whether what is before an index and what is from it on are whole labels. */
    static boolean isBoundary(String name, int index) {
        return index <= 0 || index >= name.length() || name.charAt(index - 1) == '.' || name.charAt(index) == '.';
    }

    /** The literal end of a matching: ASCII letters lower-cased, an IPv6 literal put in brackets. */
    static String suffix(String literal) {
        StringBuilder suffix = new StringBuilder(literal);
        for (int i = 0; i < suffix.length(); i++) {
            char c = suffix.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                suffix.setCharAt(i, (char) (c | 0x20));
            }
        }
        boolean ipv6 = literal.indexOf(':') != literal.lastIndexOf(':') && !literal.startsWith("[");
        return ipv6 ? suffix.insert(0, '[').append(']').toString() : suffix.toString();
    }
}
