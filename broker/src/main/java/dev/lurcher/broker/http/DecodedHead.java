package dev.lurcher.broker.http;

import io.netty.handler.codec.http.DefaultHttpMessage;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;

/**
 * What Netty's decoder fills while it decodes one head. It is none of Netty's own request classes on purpose: with those
 * the decoder takes eight bytes after a head with {@code Sec-WebSocket-Key1} for content. One per decoder, reused.
 */
final class DecodedHead extends DefaultHttpMessage {
    private String method = "";
    private String target = "";

    DecodedHead() {
        super(HttpVersion.HTTP_1_1, new Intake());
    }

    void start(String method, String target, HttpVersion version, int fieldCount) {
        this.method = method;
        this.target = target;
        setProtocolVersion(version);
        ((Intake) headers()).fields = new FieldList(fieldCount);
    }

    String method() {
        return method;
    }

    String target() {
        return target;
    }

    FieldList fields() {
        return ((Intake) headers()).fields;
    }

    /** Headers as far as Netty's decoder uses them: it adds field lines and asks whether and with which values they are there. */
    private static final class Intake extends EmptyHttpHeaders {
        FieldList fields = new FieldList(0);

        @Override
        public HttpHeaders add(CharSequence name, Object value) {
            fields.add((AsciiString) name, (String) value);
            return this;
        }

        @Override
        public boolean contains(CharSequence name) {
            if (KnownFields.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
                return fields.lengths() > 0;
            }
            return KnownFields.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
                    ? fields.codings() > 0
                    : fields.first(name) != null;
        }

        @Override
        public List<String> getAll(CharSequence name) {
            if (!contains(name)) {
                return List.of();
            }
            List<String> values = new ArrayList<>(1);
            for (int i = 0; i < fields.size(); i++) {
                if (fields.name(i).contentEqualsIgnoreCase(name)) {
                    values.add(fields.value(i));
                }
            }
            return values;
        }
    }
}
