package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cookie that an answer sets: RFC 6265, 4.1, and {@code SameSite} of its successor. Immutable.
 *
 * @param name a token
 * @param value octets that may stand in a cookie: printable ASCII without blanks, quotes, commas, semicolons, backslashes
 * @param path below which the client sends it
 * @param domain null for the one host that set it
 * @param maxAge how long the client keeps it; null until it ends, zero to remove it
 * @param secure whether it is sent over TLS only
 * @param httpOnly whether scripts of a page do not see it
 * @param sameSite what other sites may make the client send it
 */
public record Cookie(
        String name,
        String value,
        String path,
        @Nullable String domain,
        @Nullable Duration maxAge,
        boolean secure,
        boolean httpOnly,
        SameSite sameSite) {
    /** What other sites may make the client send. */
    public enum SameSite {
        /** Nothing. */
        STRICT("Strict"),
        /** It is sent when the user follows a link to here. */
        LAX("Lax"),
        /** It is always sent; clients want {@link Cookie#secure} then. */
        NONE("None");

        private final String word;

        SameSite(String word) {
            this.word = word;
        }
    }

    /**
     * Checks that none of it breaks the answer.
     *
     * @throws WorkerException BAD_RESPONSE
     */
    public Cookie {
        if (!FieldLine.isToken(name)) {
            throw new WorkerException(Code.BAD_RESPONSE, "cookie \"" + FieldLine.printable(name) + "\": no token");
        }
        if (!value.chars().allMatch(Cookie::isOctet)) {
            throw new WorkerException(
                    Code.BAD_RESPONSE,
                    "cookie " + name
                            + ": its value holds what no cookie may (a blank, quote, comma, semicolon, backslash,"
                            + " or what is not ASCII); encode it first");
        }
        if (!isAttribute(path) || (domain != null && !isAttribute(domain))) {
            throw new WorkerException(Code.BAD_RESPONSE, "cookie " + name + ": path or domain would end early");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new WorkerException(
                    Code.BAD_RESPONSE, "cookie " + name + ": clients refuse SameSite=None without Secure");
        }
    }

    /** For the whole host, until the client ends, not for scripts, and not sent for other sites but when the user follows a link. */
    public Cookie(String name, String value) {
        this(name, value, "/", null, null, false, true, SameSite.LAX);
    }

    /** A cookie that makes the client forget the one of this name (with the path {@code /}). */
    public static Cookie removed(String name) {
        return new Cookie(name, "").withMaxAge(Duration.ZERO);
    }

    /** The same for what is below a path. */
    public Cookie withPath(String path) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The same for a domain and all below it. */
    public Cookie withDomain(String domain) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The same, kept for so long. */
    public Cookie withMaxAge(Duration maxAge) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The same, sent over TLS only, or also without. */
    public Cookie withSecure(boolean secure) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The same, hidden from scripts, or not. */
    public Cookie withHttpOnly(boolean httpOnly) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The same with another rule for what other sites may make the client send. */
    public Cookie withSameSite(SameSite sameSite) {
        return new Cookie(name, value, path, domain, maxAge, secure, httpOnly, sameSite);
    }

    /** The value of a field {@code Set-Cookie}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name).append('=').append(value);
        text.append("; Path=").append(path);
        if (domain != null) {
            text.append("; Domain=").append(domain);
        }
        if (maxAge != null) {
            text.append("; Max-Age=").append(maxAge.toSeconds());
        }
        text.append(secure ? "; Secure" : "").append(httpOnly ? "; HttpOnly" : "");
        return text.append("; SameSite=").append(sameSite.word).toString();
    }

    private static boolean isOctet(int c) {
        return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
    }

    private static boolean isAttribute(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != ';');
    }
}
