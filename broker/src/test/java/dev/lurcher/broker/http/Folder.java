package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;

/** A folder with files for tests, last written a good while ago. */
record Folder(Path path) {
    /** Last-Modified of all files. */
    static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

    private static final FileTime MODIFIED = FileTime.from(Instant.parse("1994-11-06T08:49:37Z"));

    Path file(String name, String content) throws IOException {
        return file(name, content.getBytes(ISO_8859_1));
    }

    Path file(String name, byte[] content) throws IOException {
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setLastModifiedTime(file, MODIFIED);
    }

    /** A file of bytes that look random. */
    byte[] large(String name, int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        file(name, content);
        return content;
    }

    /** The value of a field of an answer, or empty. */
    static String field(String answer, String name) {
        return answer.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
