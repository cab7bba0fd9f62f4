package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;

/**
 * Builds one request message after the other in a byte array that grows to the largest and is reused. One per event loop;
 * allocates nothing in steady state.
 *
 * <pre>
 * request    = sender SP id SP path SP headers content
 * sender     = 1*( ALPHA / DIGIT / "-" )          ; the handler's send_ident
 * id         = 1*DIGIT                            ; the client connection
 * path       = *( OCTET except SP )               ; as the client sent it
 * headers    = length ":" json-object ","         ; HeaderFormat.JSON
 *            / length ":" tnet-dictionary "}"     ; HeaderFormat.TNETSTRING
 * content    = length ":" *OCTET ","
 * notice     = sender SP id SP "@*" SP headers content   ; METHOD "JSON" and nothing else, the content is JSON
 * part       = sender SP id SP path SP headers content   ; UPLOAD_STREAM, UPLOAD_STREAM_DONE in the last, and nothing else
 * </pre>
 *
 * <pre>
 * {"type":"disconnect"}                                ; the client connection is gone
 * {"type":"credit","bytes":NUMBER}                     ; so much more may be sent to it
 * {"type":"credits"}                                   ; as much as DOWNLOAD_CREDITS among the headers says was written to it
 * {"type":"welcome","broker":TEXT,"window":NUMBER}     ; answer to a worker's hello, id 0; also "timeout":MILLISECONDS
 * {"type":"drain"}                                     ; the worker gets nothing new, id 0
 * </pre>
 *
 * <p>The dictionary is written first, behind a gap; when its length is known the words before it are written backwards
 * into the gap.
 */
public final class RequestWriter {
    private static final byte[] NOTICE_JSON = octets("@* 17:{\"METHOD\":\"JSON\"},");
    private static final byte[] NOTICE_TNETSTRING = octets("@* 16:6:METHOD,4:JSON,}");
    private static final byte[] DISCONNECT = octets("{\"type\":\"disconnect\"}");
    private static final byte[] CREDIT = octets("{\"type\":\"credit\",\"bytes\":");
    private static final byte[] WELCOME = octets("{\"type\":\"welcome\",\"broker\":\"");
    private static final byte[] WINDOW = octets("\",\"window\":");
    private static final byte[] TIMEOUT = octets(",\"timeout\":");
    private static final byte[] DRAIN = octets("{\"type\":\"drain\"}");
    private static final byte[] CREDITS = octets("{\"type\":\"credits\"}");
    private static final byte[] CREDITS_JSON = octets("{\"METHOD\":\"JSON\",\"DOWNLOAD_CREDITS\":\"");
    private static final byte[] CREDITS_TNETSTRING = octets("16:DOWNLOAD_CREDITS,");
    private static final byte[] METHOD_TNETSTRING = octets("6:METHOD,4:JSON,");
    private static final byte[] PART_JSON = octets("{\"UPLOAD_STREAM\":\"");
    private static final byte[] PART_DONE_JSON = octets("\",\"UPLOAD_STREAM_DONE\":\"1");
    private static final byte[] PART_TNETSTRING = octets("13:UPLOAD_STREAM,");
    private static final byte[] PART_DONE_TNETSTRING = octets("18:UPLOAD_STREAM_DONE,1:1,");
    private static final int MOST_DIGITS = 10;

    private final Output out = new Output();
    private final FieldIndex fields = new FieldIndex();
    private int start;

    /** Creates a writer with a kilobyte of room. */
    public RequestWriter() {}

    /**
     * Writes a request up to the {@code :} before its content. The caller sends {@link #array} from {@link #start} to
     * {@link #end}, then the content, then {@code ,}; or completes the message with {@link #append} and {@link #close}.
     *
     * @param sender the handler's {@code send_ident}
     * @param connectionId the client connection, at least 0
     * @param contentLength bytes of content, at least 0
     */
    public void request(HeaderFormat format, byte[] sender, int connectionId, RequestHead head, int contentLength) {
        String path = head.path();
        int gap = gap(sender, path.length());
        out.restart(gap);
        fields.read(head);
        if (format == HeaderFormat.JSON) {
            JsonHeaders.write(head, fields, out);
        } else {
            TNetStringHeaders.write(head, fields, out);
        }
        endHeaders(gap, format, sender, connectionId, path);
        out.decimal(contentLength);
        out.octet(':');
    }

    /**
     * Writes a later part of a streamed upload up to the {@code :} before its content; completed as a {@link #request}.
     *
     * @param sender the handler's {@code send_ident}
     * @param connectionId the client connection, at least 0
     * @param contentLength bytes of this part, at least 0
     */
    public void part(HeaderFormat format, byte[] sender, int connectionId, UploadPart part, int contentLength) {
        int gap = gap(sender, part.path().length());
        out.restart(gap);
        String offset = Long.toString(part.offset());
        if (format == HeaderFormat.JSON) {
            out.bytes(PART_JSON);
            out.latin1(offset);
            if (part.last()) {
                out.bytes(PART_DONE_JSON);
            }
            endJson();
        } else {
            if (part.last()) {
                out.bytes(PART_DONE_TNETSTRING);
            }
            out.bytes(PART_TNETSTRING);
            text(offset);
        }
        endHeaders(gap, format, sender, connectionId, part.path());
        out.decimal(contentLength);
        out.octet(':');
    }

    /** Copies content behind what is written; the buffer's position stays where it is. */
    public void append(ByteBuffer content) {
        out.bytes(content);
    }

    /** Ends the message: writes the {@code ,} after its content. */
    public void close() {
        out.octet(',');
    }

    /** Writes a complete disconnect notice: the client connection is gone. Parameters as in {@link #request}. */
    public void disconnect(HeaderFormat format, byte[] sender, int connectionId) {
        int gap = noticeGap(sender);
        out.restart(gap);
        out.bytes(DISCONNECT);
        endNotice(gap, format, sender, connectionId);
    }

    /**
     * Writes a complete credit notice: the client has taken more of its answer. Parameters as in {@link #request}.
     *
     * @param bytes how many more a worker may send, at least 1
     */
    public void credit(HeaderFormat format, byte[] sender, int connectionId, int bytes) {
        int gap = noticeGap(sender);
        out.restart(gap);
        out.bytes(CREDIT);
        out.decimal(bytes);
        out.octet('}');
        endNotice(gap, format, sender, connectionId);
    }

    /**
     * Writes Mongrel2's notice of what was written to a client ({@code download.flow_control}). Parameters as in
     * {@link #request}.
     *
     * @param bytes how many bytes more may be sent to it, at least 1
     */
    public void credits(HeaderFormat format, byte[] sender, int connectionId, long bytes) {
        int gap = noticeGap(sender);
        out.restart(gap);
        if (format == HeaderFormat.JSON) {
            out.bytes(CREDITS_JSON);
            out.latin1(Long.toString(bytes));
            endJson();
        } else {
            out.bytes(CREDITS_TNETSTRING);
            text(Long.toString(bytes));
            out.bytes(METHOD_TNETSTRING);
        }
        endHeaders(gap, format, sender, connectionId, "@*");
        out.decimal(CREDITS.length);
        out.octet(':');
        out.bytes(CREDITS);
        out.octet(',');
    }

    /**
     * Writes a complete welcome, the answer to a worker's hello. Parameters as in {@link #request}.
     *
     * @param broker name and version of the broker, chars 0..255
     * @param window bytes that a worker may send for one connection beyond what was credited, at least 1
     */
    public void welcome(HeaderFormat format, byte[] sender, String broker, int window) {
        welcome(format, sender, broker, window, 0);
    }

    /**
     * As {@link #welcome(HeaderFormat, byte[], String, int)}.
     *
     * @param timeoutMillis how long the broker waits for an answer to begin; 0 says nothing of it
     */
    public void welcome(HeaderFormat format, byte[] sender, String broker, int window, int timeoutMillis) {
        int gap = noticeGap(sender);
        out.restart(gap);
        out.bytes(WELCOME);
        out.json(broker);
        out.bytes(WINDOW);
        out.decimal(window);
        if (timeoutMillis > 0) {
            out.bytes(TIMEOUT);
            out.decimal(timeoutMillis);
        }
        out.octet('}');
        endNotice(gap, format, sender, 0);
    }

    /** Writes a complete drain notice: the worker gets nothing new. Parameters as in {@link #request}. */
    public void drain(HeaderFormat format, byte[] sender) {
        int gap = noticeGap(sender);
        out.restart(gap);
        out.bytes(DRAIN);
        endNotice(gap, format, sender, 0);
    }

    /** The array that holds the message; another one after the next call that writes. */
    public byte[] array() {
        return out.array();
    }

    /** Where the message begins in {@link #array}. */
    public int start() {
        return start;
    }

    /** Where the message ends in {@link #array}. */
    public int end() {
        return out.end();
    }

    /** Room for {@code sender SP id SP path SP length ":"}. */
    private static int gap(byte[] sender, int pathLength) {
        return sender.length + 1 + MOST_DIGITS + 1 + pathLength + 1 + MOST_DIGITS + 1;
    }

    /** Room for all of a notice that comes before its content. */
    private static int noticeGap(byte[] sender) {
        return gap(sender, NOTICE_JSON.length);
    }

    /** The content is written, from the gap on: completes it, and writes what comes before it into the gap. */
    private void endNotice(int gap, HeaderFormat format, byte[] sender, int connectionId) {
        int at = out.decimalBefore(out.octetBefore(gap, ':'), out.end() - gap);
        at = out.bytesBefore(at, format == HeaderFormat.JSON ? NOTICE_JSON : NOTICE_TNETSTRING);
        start = addressBefore(at, sender, connectionId);
        out.octet(',');
    }

    /** The dictionary is written, from the gap on: ends it, and writes what comes before it into the gap. */
    private void endHeaders(int gap, HeaderFormat format, byte[] sender, int connectionId, String path) {
        int at = out.decimalBefore(out.octetBefore(gap, ':'), out.end() - gap);
        at = out.latin1Before(out.octetBefore(at, ' '), path);
        start = addressBefore(at, sender, connectionId);
        out.octet(format == HeaderFormat.JSON ? ',' : '}');
    }

    private void endJson() {
        out.octet('"');
        out.octet('}');
    }

    /** A TNetString text. */
    private void text(String latin1) {
        out.decimal(latin1.length());
        out.octet(':');
        out.latin1(latin1);
        out.octet(',');
    }

    /** Writes {@code sender SP id SP} so that it ends before an index; returns where it begins. */
    private int addressBefore(int index, byte[] sender, int connectionId) {
        int at = out.decimalBefore(out.octetBefore(index, ' '), connectionId);
        return out.bytesBefore(out.octetBefore(at, ' '), sender);
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
