package dev.lurcher.broker.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** Why a file or folder cannot be written, in words. */
final class WriteFault {
    private WriteFault() {}

    /** The reason, as the end of a sentence. */
    static String of(IOException fault) {
        if (fault instanceof AccessDeniedException) {
            return "this user may not write there";
        }
        if (fault instanceof FileAlreadyExistsException file) {
            return file.getFile() + " is a file and no folder";
        }
        @Nullable String reason = fault instanceof FileSystemException file ? file.getReason() : null;
        return reason == null ? fault.toString() : reason;
    }
}
