package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} content, one after the other, as they come: RFC 7578, and RFC 2046, 5.1. No more than a
 * block of it is in memory. For one thread.
 *
 * <pre>
 * content = [ preamble CRLF ] "--" boundary *( blanks CRLF part CRLF "--" boundary ) "--" rest
 * part    = *( name ":" value CRLF ) CRLF *OCTET
 * </pre>
 */
public final class MultipartStream {
    private static final int BLOCK_BYTES = 16 * 1024;
    private static final int MOST_HEAD_BYTES = 8 * 1024;
    private static final int MOST_PARTS = 1000;
    private static final int MOST_BOUNDARY_BYTES = 70;

    private final InputStream in;
    private final byte[] delimiter;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int from;
    private int to;
    /** Content of the part that is known to be in the block. */
    private int known;

    private boolean atDelimiter;
    private boolean ended;
    private int parts;

    /**
     * Reads a content.
     *
     * @param boundary what the content's type says
     * @throws ResponseException 400 if that cannot be one
     */
    MultipartStream(InputStream in, String boundary) {
        if (boundary.isEmpty() || boundary.length() > MOST_BOUNDARY_BYTES) {
            throw broken("no boundary");
        }
        this.in = in;
        delimiter = ("\r\n--" + boundary).getBytes(ISO_8859_1);
        // What comes first may be a delimiter without the end of a line before it.
        block[to++] = '\r';
        block[to++] = '\n';
    }

    /**
     * The next part, or null at the end. What was not read of the one before is passed over.
     *
     * @throws ResponseException 400 if the content breaks the grammar, 413 if it has more than {@value #MOST_PARTS} parts
     * @throws IOException if the content cannot be read
     */
    public @Nullable FormPart next() throws IOException {
        if (ended) {
            return null;
        }
        byte[] passed = new byte[BLOCK_BYTES];
        while (read(passed, 0, passed.length) >= 0) {
            // Preamble, or what nobody wanted.
        }
        from += delimiter.length;
        atDelimiter = false;
        if (octet() == '-' && peek() == '-') {
            ended = true;
            return null;
        }
        from--;
        String padding = line();
        if (!padding.isBlank()) {
            throw broken("a boundary goes on");
        }
        if (++parts > MOST_PARTS) {
            throw Response.error(413, "More than " + MOST_PARTS + " parts").exception();
        }
        return part();
    }

    private FormPart part() throws IOException {
        FormPart part = new FormPart(new Content());
        int bytes = 0;
        String line = line();
        while (!line.isEmpty()) {
            bytes += line.length();
            if (bytes > MOST_HEAD_BYTES) {
                throw broken("the head of a part is too large");
            }
            part.field(line);
            line = line();
        }
        // A part without content ends with the empty line of its head.
        from -= 2;
        if (!startsDelimiter()) {
            from += 2;
        }
        return part;
    }

    private boolean startsDelimiter() throws IOException {
        while (to - from < delimiter.length && fill()) {
            // More is needed to tell.
        }
        return to - from >= delimiter.length
                && Arrays.equals(block, from, from + delimiter.length, delimiter, 0, delimiter.length);
    }

    /** Content of the part, up to the next delimiter; -1 there. */
    private int read(byte[] target, int offset, int count) throws IOException {
        while (known == 0) {
            if (atDelimiter) {
                return -1;
            }
            look();
            if (known == 0 && !atDelimiter && !fill()) {
                throw broken("it ends without its last boundary");
            }
        }
        int copied = Math.min(count, known);
        System.arraycopy(block, from, target, offset, copied);
        from += copied;
        known -= copied;
        return copied;
    }

    /** Finds out how much of the block is content. */
    private void look() {
        int at = from;
        while (at <= to - delimiter.length) {
            if (block[at] == '\r' && Arrays.equals(block, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                atDelimiter = true;
                known = at - from;
                return;
            }
            at++;
        }
        known = Math.max(0, at - from);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int octet = octet();
        while (octet != '\n') {
            line.append((char) octet);
            if (line.length() > MOST_HEAD_BYTES) {
                throw broken("a line is too long");
            }
            octet = octet();
        }
        int end = line.length() - 1;
        if (end < 0 || line.charAt(end) != '\r') {
            throw broken("a line ends without CR");
        }
        return line.substring(0, end);
    }

    private int octet() throws IOException {
        int octet = peek();
        from++;
        return octet;
    }

    private int peek() throws IOException {
        if (from == to && !fill()) {
            throw broken("it ends early");
        }
        return block[from] & 0xff;
    }

    /** Reads more into the block; what was taken, but for two bytes, makes room. */
    private boolean fill() throws IOException {
        int keep = Math.max(0, from - 2);
        System.arraycopy(block, keep, block, 0, to - keep);
        from -= keep;
        to -= keep;
        int read = in.read(block, to, block.length - to);
        to += Math.max(0, read);
        return read > 0;
    }

    private static ResponseException broken(String what) {
        return Response.error(400, "The form is broken: " + what).exception();
    }

    /** The boundary that a content type names; null where it is no form of parts. */
    static @Nullable String boundary(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, "multipart/form-data", 0, 19)) {
            return null;
        }
        String boundary = FormPart.parameter(contentType, "boundary");
        return boundary == null || !US_ASCII.newEncoder().canEncode(boundary) ? "" : boundary;
    }

    /** What a part has in it. */
    private final class Content extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            Objects.checkFromIndexSize(offset, count, target.length);
            return count == 0 ? 0 : MultipartStream.this.read(target, offset, count);
        }
    }
}
