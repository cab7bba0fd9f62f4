package dev.lurcher.broker.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

/**
 * The field names that nearly all requests are made of, as constants: they need not be copied for each request, and are
 * compared by identity before anything else. The first five are Netty's own constants, by which its decoder asks.
 */
final class KnownFields {
    static final AsciiString CONNECTION = HttpHeaderNames.CONNECTION;
    static final AsciiString CONTENT_LENGTH = HttpHeaderNames.CONTENT_LENGTH;
    static final AsciiString EXPECT = HttpHeaderNames.EXPECT;
    static final AsciiString HOST = HttpHeaderNames.HOST;
    static final AsciiString TRANSFER_ENCODING = HttpHeaderNames.TRANSFER_ENCODING;

    private static final String[] OTHERS = {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "access-control-request-method",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-type",
        "cookie",
        "date",
        "dnt",
        "forwarded",
        "from",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "origin",
        "pragma",
        "priority",
        "range",
        "referer",
        "sec-ch-ua",
        "sec-ch-ua-mobile",
        "sec-ch-ua-platform",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-user",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
        "via",
        "x-csrf-token",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-real-ip",
        "x-request-id",
        "x-requested-with"
    };

    private static final int SLOTS = 256;
    private static final AsciiString[] TABLE = table();

    private KnownFields() {}

    /** The constant in lower case for a name written in any case, or a copy of the name as it is. */
    static AsciiString name(byte[] bytes, int start, int length) {
        AsciiString known = TABLE[slot(bytes, start, length)];
        if (known != null && known.length() == length && same(known, bytes, start)) {
            return known;
        }
        return new AsciiString(bytes, start, length, true);
    }

    private static boolean same(AsciiString known, byte[] bytes, int start) {
        byte[] lower = known.array();
        for (int i = 0; i < lower.length; i++) {
            byte octet = bytes[start + i];
            if (octet != lower[i] && (octet < 'A' || octet > 'Z' || (octet | 0x20) != lower[i])) {
                return false;
            }
        }
        return true;
    }

    /** Does not depend on the case of letters; the factors were searched for, so that few of the names share a slot. */
    private static int slot(byte[] bytes, int start, int length) {
        int first = bytes[start] | 0x20;
        int middle = bytes[start + (length >> 1)] | 0x20;
        int last = bytes[start + length - 1] | 0x20;
        return (length * 219 + first * 173 + middle * 118 + last * 10) & SLOTS - 1;
    }

    private static AsciiString[] table() {
        AsciiString[] table = new AsciiString[SLOTS];
        for (String name : OTHERS) {
            put(table, AsciiString.cached(name));
        }
        // Last, so that none of these can lose its slot.
        for (AsciiString name : new AsciiString[] {CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING}) {
            put(table, name);
        }
        return table;
    }

    private static void put(AsciiString[] table, AsciiString name) {
        table[slot(name.array(), name.arrayOffset(), name.length())] = name;
    }
}
