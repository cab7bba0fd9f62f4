package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/** The header dictionary as a tagged netstring dictionary: octets as the client sent them. */
final class TNetStringHeaders {
    private static final byte[] REMOTE_ADDR = key("REMOTE_ADDR");
    private static final byte[] METHOD = key("METHOD");
    private static final byte[] URL_SCHEME = key("URL_SCHEME");
    private static final byte[] PATTERN = key("PATTERN");
    private static final byte[] FRAGMENT = key("FRAGMENT");
    private static final byte[] QUERY = key("QUERY");
    private static final byte[] URI = key("URI");
    private static final byte[] VERSION = key("VERSION");
    private static final byte[] PATH = key("PATH");
    private static final byte[] FORWARDED_FOR = key("x-forwarded-for");

    private TNetStringHeaders() {}

    /** Order: what the broker says, then the client's fields as they came, then x-forwarded-for and the extras. */
    static void write(RequestHead head, FieldIndex fields, Output out) {
        entry(out, REMOTE_ADDR, head.remoteAddress());
        entry(out, METHOD, head.method());
        entry(out, URL_SCHEME, head.scheme());
        entry(out, PATTERN, head.pattern());
        entry(out, FRAGMENT, head.fragment());
        entry(out, QUERY, head.query());
        entry(out, URI, head.uri());
        entry(out, VERSION, head.version());
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
            value(out, extras.line(i).name());
            value(out, extras.line(i).value());
        }
    }

    private static void field(RequestHead head, FieldIndex fields, int index, Output out) {
        CharSequence name = head.fieldName(index);
        out.decimal(name.length());
        out.octet(':');
        out.lower(name);
        out.octet(',');
        if (fields.next(index) == FieldIndex.NONE) {
            value(out, head.fieldValue(index));
            return;
        }
        int length = 0;
        for (int i = index; i != FieldIndex.NONE; i = fields.next(i)) {
            int valueLength = head.fieldValue(i).length();
            length += Output.digits(valueLength) + 1 + valueLength + 1;
        }
        out.decimal(length);
        out.octet(':');
        for (int i = index; i != FieldIndex.NONE; i = fields.next(i)) {
            value(out, head.fieldValue(i));
        }
        out.octet(']');
    }

    private static void value(Output out, String value) {
        out.decimal(value.length());
        out.octet(':');
        out.latin1(value);
        out.octet(',');
    }

    private static void entry(Output out, byte[] key, @Nullable String value) {
        if (value != null) {
            out.bytes(key);
            value(out, value);
        }
    }

    private static byte[] key(String name) {
        return (name.length() + ":" + name + ",").getBytes(ISO_8859_1);
    }
}
