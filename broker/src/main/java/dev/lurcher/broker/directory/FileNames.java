package dev.lurcher.broker.directory;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * From the path of a request to the name of a file below a folder. Decoded once, and refused wherever two readers could
 * understand two different files by it, or one outside the folder:
 * <pre>
 * control bytes, NUL, DEL            as they are or encoded
 * / and \                            encoded; \ also as it is
 * bytes that are no UTF-8            overlong forms and surrogates among them
 * . and .. as segments               as they are or encoded; encoded twice they are a name like any other
 * segments that begin with a dot     unless the folder shows them
 * </pre>
 * Empty segments count for nothing, as in the file system. Stateless.
 */
final class FileNames {
    private FileNames() {}

    /**
     * The name that a path has below a route, by Mongrel2's rule: what stands behind the route's prefix; where path and prefix
     * are the same and no folder, the whole path, so that a route may be one file.
     *
     * @param path bytes as chars 0..255, as the client sent it
     * @param prefix the route's path up to its pattern
     * @param dotFiles whether names may begin with a dot
     * @return decoded segments with one {@code /} between them; empty or with {@code /} at its end for a folder; null where
     *     there can be no such file
     */
    static @Nullable String of(String path, String prefix, boolean dotFiles) {
        int from = prefix.length();
        if (from > path.length()) {
            return null;
        }
        if (from == path.length() && !path.endsWith("/")) {
            from = 0;
        }
        while (from < path.length() && path.charAt(from) == '/') {
            from++;
        }
        return isPlain(path, from) ? path.substring(from) : decoded(path, from, dotFiles);
    }

    /** Whether the rest of a path is its own name: nothing to decode, to leave out, or to look at twice. */
    private static boolean isPlain(String path, int from) {
        char before = '/';
        for (int i = from; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '%' || c == '\\' || (before == '/' && (c == '/' || c == '.'))) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static @Nullable String decoded(String path, int from, boolean dotFiles) {
        byte[] name = new byte[path.length() - from];
        int size = 0;
        for (int i = from; i < path.length(); i++) {
            int value = path.charAt(i);
            boolean escape = value == '%' && isEscape(path, i);
            if (escape) {
                value = Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16);
                i += 2;
            }
            boolean slash = value == '/';
            if (value < ' ' || value == 0x7f || value > 0xff || value == '\\' || (slash && escape)) {
                return null;
            }
            if (!slash || (size > 0 && name[size - 1] != '/')) {
                name[size++] = (byte) value;
            }
        }
        String text = text(name, size);
        return text == null || hasForbiddenDots(text, dotFiles) ? null : text;
    }

    private static boolean isEscape(String path, int at) {
        return at + 2 < path.length() && isHex(path.charAt(at + 1)) && isHex(path.charAt(at + 2));
    }

    private static boolean isHex(char c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    private static @Nullable String text(byte[] utf8, int size) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8, 0, size))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean hasForbiddenDots(String name, boolean dotFiles) {
        for (int from = 0; from < name.length(); ) {
            int slash = name.indexOf('/', from);
            int end = slash < 0 ? name.length() : slash;
            if (name.charAt(from) == '.' && (!dotFiles || isDots(name, from, end))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    /** Whether a segment is {@code .} or {@code ..}. */
    private static boolean isDots(String name, int from, int end) {
        return end - from == 1 || (end - from == 2 && name.charAt(from + 1) == '.');
    }
}
