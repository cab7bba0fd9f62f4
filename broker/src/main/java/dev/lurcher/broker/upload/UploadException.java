package dev.lurcher.broker.upload;

/** Uploads cannot be kept where the settings say. */
public final class UploadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Code {
        /** {@code upload.temp_store} does not end with {@code XXXXXX}, or names no file. */
        BAD_TEMPLATE,
        /** {@code upload.temp_store_mode} is no number from 1 to 06777. */
        BAD_MODE,
        /** The folder is missing, or no file can be made in it. */
        BAD_FOLDER
    }

    private final Code code;

    /** @param message names the setting, what is allowed, and the fix */
    public UploadException(Code code, String message) {
        super(message);
        this.code = code;
    }

    /** What is wrong. */
    public Code code() {
        return code;
    }
}
