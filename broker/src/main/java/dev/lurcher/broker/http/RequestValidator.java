package dev.lurcher.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * Refuses what is well formed octet by octet but ambiguous or wrong as a whole: framing (RFC 9112, 6), Host (3.2), request
 * target, method, expectation. One per decoder.
 */
final class RequestValidator {
    private static final int LENGTH_DIGITS = 19;

    private final RequestTarget target;
    private @Nullable String host;
    private long contentLength;
    private boolean expectsContinue;

    /** Most requests of a connection name the same host. */
    private @Nullable String knownAuthority;

    private @Nullable String knownHost;

    /** @param scheme what an absolute-form target must name */
    RequestValidator(String scheme) {
        target = new RequestTarget(scheme);
    }

    /** Checks one head; null when it is sound and {@link #request} may be called. */
    @Nullable
    Refusal refuse(DecodedHead head, RequestLineCheck line) {
        FieldList fields = head.fields();
        Refusal refusal = framing(fields, line.isHttp10());
        if (refusal == null) {
            refusal = method(head.method());
        }
        if (refusal == null) {
            refusal = target.read(head, line);
        }
        if (refusal == null) {
            refusal = host(fields, line.isHttp10());
        }
        if (refusal == null) {
            refusal = expectation(fields, line.isHttp10());
        }
        return refusal == null ? null : refusal.withHead(line.isHead());
    }

    /** The request whose head was found sound last. */
    Request request(DecodedHead head) {
        return new Request(head, target, host, contentLength, expectsContinue);
    }

    private @Nullable Refusal framing(FieldList fields, boolean http10) {
        contentLength = 0;
        if (fields.codings() > 0) {
            contentLength = Request.CHUNKED;
            return transferCoding(fields, http10);
        }
        if (fields.lengths() == 0) {
            return null;
        }
        if (fields.lengths() > 1) {
            return bad("there is more than one Content-Length field");
        }
        contentLength = length(fields.length());
        return contentLength < 0 ? bad("Content-Length is not a number from 0 to 2^63-1") : null;
    }

    private static @Nullable Refusal transferCoding(FieldList fields, boolean http10) {
        if (http10) {
            return bad("HTTP/1.0 has no Transfer-Encoding");
        }
        if (fields.lengths() > 0) {
            return bad("there are both Content-Length and Transfer-Encoding");
        }
        if (fields.codings() > 1) {
            return bad("there is more than one Transfer-Encoding field");
        }
        if (fields.coding().equalsIgnoreCase("chunked")) {
            return null;
        }
        return isListWithChunkedLast(fields.coding())
                ? Refusal.of(HttpError.NOT_IMPLEMENTED, "chunked is the only transfer coding this server knows")
                : bad("Transfer-Encoding is malformed, or chunked is not the last coding");
    }

    /** Whether a list of transfer codings is one that another server might understand. */
    private static boolean isListWithChunkedLast(String list) {
        String[] codings = list.split(",", -1);
        for (int i = 0; i < codings.length; i++) {
            String coding = codings[i].strip();
            boolean early = i < codings.length - 1 && coding.equalsIgnoreCase("chunked");
            if (early || !OctetClass.all(OctetClass.TOKEN, coding, 0, coding.length())) {
                return false;
            }
        }
        return true;
    }

    /** The value of 1 to 19 digits; -1 for anything else. */
    private static long length(String text) {
        int digits = text.length();
        if (digits > LENGTH_DIGITS || !OctetClass.all(OctetClass.DIGIT, text, 0, digits)) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            value = value * 10 + (text.charAt(i) - '0');
        }
        return value < 0 ? -1 : value;
    }

    private static @Nullable Refusal method(String method) {
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            return Refusal.of(HttpError.METHOD_NOT_ALLOWED, "this server does not do " + method)
                    .withAllow(Refusal.METHODS);
        }
        return null;
    }

    private @Nullable Refusal host(FieldList fields, boolean http10) {
        host = null;
        if (fields.hosts() > 1) {
            return bad("there is more than one Host field");
        }
        if (fields.hosts() == 0 && !http10) {
            return bad("there is no Host field");
        }
        if (fields.hosts() == 1) {
            host = hostOf(fields.host());
            if (host == null) {
                return bad("Host is not a host name or address with an optional port");
            }
        }
        String authority = target.authority();
        if (authority == null) {
            return null;
        }
        host = hostOf(authority);
        if (fields.hosts() == 1) {
            fields.replaceHost(authority);
        }
        return host == null ? bad("the target's authority is not a host with an optional port") : null;
    }

    private @Nullable String hostOf(String authority) {
        if (!authority.equals(knownAuthority)) {
            knownHost = Authority.host(authority);
            knownAuthority = authority;
        }
        return knownHost;
    }

    private @Nullable Refusal expectation(FieldList fields, boolean http10) {
        expectsContinue = false;
        if (fields.expectations() == 0) {
            return null;
        }
        if (fields.expectations() > 1 || !fields.expectation().equalsIgnoreCase("100-continue")) {
            return Refusal.of(HttpError.EXPECTATION_FAILED, "100-continue is the only expectation this server knows");
        }
        expectsContinue = !http10 && contentLength != 0;
        return null;
    }

    private static Refusal bad(String detail) {
        return Refusal.of(HttpError.BAD_REQUEST, detail);
    }
}
