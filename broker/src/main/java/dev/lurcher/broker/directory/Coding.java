package dev.lurcher.broker.directory;

/** The content codings in which a file may lie beside itself, in the order in which they are preferred. */
enum Coding {
    BROTLI("br", ".br"),
    ZSTD("zstd", ".zst"),
    GZIP("gzip", ".gz");

    private final String token;
    private final String extension;

    Coding(String token, String extension) {
        this.token = token;
        this.extension = extension;
    }

    /** Its name in Content-Encoding and Accept-Encoding. */
    String token() {
        return token;
    }

    /** What is appended to the file's name. */
    String extension() {
        return extension;
    }
}
