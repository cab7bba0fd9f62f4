package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;

/** What may stand in a field line that a worker writes: RFC 9110, 5.1 and 5.5. Nothing that could end the line and begin another. */
final class FieldLine {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private FieldLine() {}

    /** @throws WorkerException BAD_RESPONSE */
    static void check(String name, String value) {
        if (!isToken(name)) {
            throw new WorkerException(Code.BAD_RESPONSE, "field name \"" + printable(name) + "\": no token");
        }
        if (isFraming(name)) {
            throw new WorkerException(Code.BAD_RESPONSE, name + " is written from the content; leave it out");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                throw new WorkerException(
                        Code.BAD_RESPONSE,
                        "field " + name + ": \"" + printable(value)
                                + "\" holds a control character or one above U+00FF; encode it first");
            }
        }
    }

    static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    private static boolean isFraming(String name) {
        return name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding");
    }
}
