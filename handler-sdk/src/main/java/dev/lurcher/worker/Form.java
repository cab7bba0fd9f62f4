package dev.lurcher.worker;

import dev.lurcher.worker.Parameters.Parameter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A form that has all been read: its texts and its files. */
final class Form {
    static final Form NONE = new Form(Parameters.NONE, List.of());

    private static final int MOST_TEXT_BYTES = 1024 * 1024;
    private static final int MOST_MEMORY_BYTES = 64 * 1024;

    private final Parameters texts;
    private final List<FormFile> files;

    Form(Parameters texts, List<FormFile> files) {
        this.texts = texts;
        this.files = files;
    }

    /**
     * Reads all parts.
     *
     * @throws ResponseException 400 or 413
     */
    static Form read(MultipartStream parts) throws IOException {
        List<Parameter> texts = new ArrayList<>();
        List<FormFile> files = new ArrayList<>();
        int left = MOST_TEXT_BYTES;
        try {
            for (FormPart part = parts.next(); part != null; part = parts.next()) {
                if (part.fileName() == null) {
                    String text = part.text(left);
                    left -= text.length();
                    texts.add(new Parameter(part.name(), text));
                } else {
                    FormFile file = file(part);
                    // Browsers send a part like this where no file was chosen.
                    if (file.bytes() > 0 || !file.fileName().isEmpty()) {
                        files.add(file);
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            for (FormFile file : files) {
                file.delete();
            }
            throw e;
        }
        return new Form(new Parameters(texts), List.copyOf(files));
    }

    Parameters texts() {
        return texts;
    }

    List<FormFile> files() {
        return files;
    }

    /** The files have served. */
    void delete() throws IOException {
        for (FormFile file : files) {
            file.delete();
        }
    }

    private static FormFile file(FormPart part) throws IOException {
        byte[] first = part.stream().readNBytes(MOST_MEMORY_BYTES);
        if (first.length < MOST_MEMORY_BYTES) {
            return new FormFile(part, first, null, first.length);
        }
        Path file = Files.createTempFile("upload-", "");
        boolean whole = false;
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(first);
            long bytes = first.length + part.stream().transferTo(out);
            whole = true;
            return new FormFile(part, new byte[0], file, bytes);
        } finally {
            if (!whole) {
                Files.deleteIfExists(file);
            }
        }
    }
}
