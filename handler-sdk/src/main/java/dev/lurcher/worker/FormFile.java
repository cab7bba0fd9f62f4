package dev.lurcher.worker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that came in a form ({@code multipart/form-data}). A small one is in memory, a larger one in a temporary file, which is
 * deleted when the answer has been given. Any thread.
 */
public final class FormFile {
    private final String name;
    private final String fileName;
    private final String contentType;
    private final byte[] content;
    private final @Nullable Path file;
    private final long bytes;

    /** @param content all of it, or nothing where it is in a file */
    FormFile(FormPart part, byte[] content, @Nullable Path file, long bytes) {
        String called = part.fileName();
        this.name = part.name();
        this.fileName = called == null ? "" : called;
        this.contentType = part.contentType();
        this.content = content;
        this.file = file;
        this.bytes = bytes;
    }

    /** The name of the form's field. */
    public String name() {
        return name;
    }

    /** What the client calls it, without folders; not to be trusted as a path. Empty where no file was chosen. */
    public String fileName() {
        return fileName;
    }

    /** The type that the client says. */
    public String contentType() {
        return contentType;
    }

    /** How many bytes it has. */
    public long bytes() {
        return bytes;
    }

    /** Its content. */
    public InputStream stream() throws IOException {
        return file == null ? new ByteArrayInputStream(content) : Files.newInputStream(file);
    }

    /** Makes it a file that stays, in place of one of this name. */
    public void saveTo(Path target) throws IOException {
        if (file == null) {
            Files.write(target, content);
        } else {
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    void delete() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
