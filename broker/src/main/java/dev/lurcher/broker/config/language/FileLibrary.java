package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.LanguageException.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files of this machine. The names of included ones are relative to the folder of the file that includes them. */
public final class FileLibrary implements Library {
    private static final long LARGEST_BYTES = 16L << 20;

    @Override
    public SourceText open(String name, SourceText from) {
        try {
            return read(Path.of(from.name()).resolveSibling(name).normalize());
        } catch (InvalidPathException e) {
            throw unreadable(name, "it is no path");
        }
    }

    /**
     * Reads a file.
     *
     * @throws LanguageException UNREADABLE
     */
    public static SourceText read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw unreadable(file.toString(), "it is a folder");
            }
            if (Files.size(file) > LARGEST_BYTES) {
                throw unreadable(file.toString(), "it is larger than " + (LARGEST_BYTES >> 20) + " MiB");
            }
            return new SourceText(file.toString(), decoded(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw unreadable(file.toString(), "there is no such file");
        } catch (CharacterCodingException e) {
            throw unreadable(file.toString(), "it is no text in UTF-8");
        } catch (IOException e) {
            throw unreadable(file.toString(), String.valueOf(e.getMessage()));
        }
    }

    /**
     * Decodes the bytes of a text.
     *
     * @throws CharacterCodingException if they are no UTF-8
     */
    public static String decoded(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static LanguageException unreadable(String name, String why) {
        return new LanguageException(Code.UNREADABLE, name + " cannot be read: " + why);
    }
}
