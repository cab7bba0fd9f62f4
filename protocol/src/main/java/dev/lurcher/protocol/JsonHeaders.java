package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/** The header dictionary as a JSON object: strict JSON, whatever the client sent. */
final class JsonHeaders {
    private static final byte[] PATH = octets("{\"PATH\":\"");
    private static final byte[] FORWARDED_FOR = octets(",\"x-forwarded-for\":\"");
    private static final byte[] METHOD = octets(",\"METHOD\":\"");
    private static final byte[] VERSION = octets(",\"VERSION\":\"");
    private static final byte[] URI = octets(",\"URI\":\"");
    private static final byte[] QUERY = octets(",\"QUERY\":\"");
    private static final byte[] FRAGMENT = octets(",\"FRAGMENT\":\"");
    private static final byte[] PATTERN = octets(",\"PATTERN\":\"");
    private static final byte[] URL_SCHEME = octets(",\"URL_SCHEME\":\"");
    private static final byte[] REMOTE_ADDR = octets(",\"REMOTE_ADDR\":\"");

    private JsonHeaders() {}

    /** Order: PATH, the client's fields as they came, x-forwarded-for, the extras, then the rest of what the broker says. */
    static void write(RequestHead head, FieldIndex fields, Output out) {
        entry(out, PATH, head.path());
        int count = head.fieldCount();
        for (int i = 0; i < count; i++) {
            if (fields.leads(i)) {
                field(head, fields, i, out);
            }
        }
        entry(out, FORWARDED_FOR, head.forwardedFor());
        Fields extras = head.extras();
        for (int i = 0; i < extras.size(); i++) {
            extra(extras.line(i), out);
        }
        entry(out, METHOD, head.method());
        entry(out, VERSION, head.version());
        entry(out, URI, head.uri());
        entry(out, QUERY, head.query());
        entry(out, FRAGMENT, head.fragment());
        entry(out, PATTERN, head.pattern());
        entry(out, URL_SCHEME, head.scheme());
        entry(out, REMOTE_ADDR, head.remoteAddress());
        out.octet('}');
    }

    private static void field(RequestHead head, FieldIndex fields, int index, Output out) {
        out.octet(',');
        out.octet('"');
        out.jsonLower(head.fieldName(index));
        out.octet('"');
        out.octet(':');
        int next = fields.next(index);
        if (next == FieldIndex.NONE) {
            value(out, head.fieldValue(index));
            return;
        }
        out.octet('[');
        value(out, head.fieldValue(index));
        for (; next != FieldIndex.NONE; next = fields.next(next)) {
            out.octet(',');
            value(out, head.fieldValue(next));
        }
        out.octet(']');
    }

    private static void extra(Fields.Field extra, Output out) {
        out.octet(',');
        value(out, extra.name());
        out.octet(':');
        value(out, extra.value());
    }

    private static void value(Output out, String value) {
        out.octet('"');
        out.json(value);
        out.octet('"');
    }

    private static void entry(Output out, byte[] name, @Nullable String value) {
        if (value != null) {
            out.bytes(name);
            out.json(value);
            out.octet('"');
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
