package dev.lurcher.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * Takes request targets apart (RFC 9112, 3.2). One per decoder; holds the latest target.
 *
 * <pre>
 * origin-form     /path?query#fragment                  a fragment is accepted and reported, as Mongrel2 does
 * absolute-form   http://authority/path?query#fragment  unwrapped: its authority stands in place of Host
 * asterisk-form   *                                     OPTIONS only
 * authority-form  host:port                             refused: it is for CONNECT
 * </pre>
 */
final class RequestTarget {
    private final String scheme;
    private String path = "";
    private String uri = "";
    private @Nullable String query;
    private @Nullable String fragment;
    private @Nullable String authority;

    /** @param scheme what an absolute-form target must name */
    RequestTarget(String scheme) {
        this.scheme = scheme;
    }

    /** Reads the target of a head that {@link RequestLineCheck} has found sound; null when it is well formed. */
    @Nullable
    Refusal read(DecodedHead head, RequestLineCheck line) {
        String target = head.target();
        authority = null;
        if (target.charAt(0) == '/') {
            return split(target, 0, line);
        }
        if (target.equals("*")) {
            asterisk();
            return head.method().equals("OPTIONS") ? null : bad("the target * is for OPTIONS only");
        }
        return absolute(target, head, line);
    }

    /** The path, with its leading {@code /}; or {@code *}. */
    String path() {
        return path;
    }

    /** Path, and {@code ?query} where there is a query. */
    String uri() {
        return uri;
    }

    @Nullable
    String query() {
        return query;
    }

    @Nullable
    String fragment() {
        return fragment;
    }

    /** The authority of an absolute-form target; else null. */
    @Nullable
    String authority() {
        return authority;
    }

    private @Nullable Refusal absolute(String target, DecodedHead head, RequestLineCheck line) {
        int colon = target.indexOf("://");
        String named = colon < 0 ? "" : target.substring(0, colon);
        boolean http = named.equalsIgnoreCase("http");
        if (!http && !named.equalsIgnoreCase("https")) {
            return bad("the request target is neither a path nor an http URI");
        }
        if (!named.equalsIgnoreCase(scheme)) {
            return Refusal.of(HttpError.MISDIRECTED, "this port serves no " + (http ? "http" : "https") + " resources");
        }
        int from = colon + 3;
        int end = from;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        authority = target.substring(from, end);
        if (end == target.length() && head.method().equals("OPTIONS")) {
            asterisk();
            return null;
        }
        return split(target, end, line);
    }

    private @Nullable Refusal split(String target, int from, RequestLineCheck line) {
        if (line.hasBrackets() && (target.indexOf('[', from) >= 0 || target.indexOf(']', from) >= 0)) {
            return bad("byte 0x5b or 0x5d ([ ]) is not allowed in a path or query");
        }
        int question = line.question();
        int hash = line.hash();
        int uriEnd = hash < 0 ? target.length() : hash;
        int pathEnd = question < 0 ? uriEnd : question;
        boolean emptyPath = from == pathEnd;
        path = emptyPath ? "/" : target.substring(from, pathEnd);
        query = question < 0 ? null : target.substring(question + 1, uriEnd);
        uri = question < 0 ? path : emptyPath ? "/" + target.substring(from, uriEnd) : target.substring(from, uriEnd);
        fragment = hash < 0 ? null : target.substring(hash + 1);
        return null;
    }

    private void asterisk() {
        path = "*";
        uri = "*";
        query = null;
        fragment = null;
    }

    private static Refusal bad(String detail) {
        return Refusal.of(HttpError.BAD_REQUEST, detail);
    }
}
