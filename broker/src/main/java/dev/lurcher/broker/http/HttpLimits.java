package dev.lurcher.broker.http;

/**
 * How large the parts of a request may be.
 *
 * @param requestLineBytes longest request line without its CRLF, 64..1 MiB; past it 414
 * @param headerBytes all field lines with their CRLFs, 64..1 MiB; past it 431
 * @param fieldCount most field lines, 1..10000; past it 431
 * @param chunkLineBytes longest chunk-size line with extensions and without its CRLF; past it 400
 * @param trailerBytes all trailer lines with their CRLFs; past it 400
 * @param chunkedBytes most content that chunks may announce together, 0..2^31-1; past it 413
 * @param messageBytes longest message of a JSON or XML socket, 16..2^30; past it 400
 */
public record HttpLimits(
        int requestLineBytes,
        int headerBytes,
        int fieldCount,
        int chunkLineBytes,
        int trailerBytes,
        int chunkedBytes,
        int messageBytes) {
    /** The limits with which a broker runs when nothing else is set. */
    public static final HttpLimits DEFAULT = new HttpLimits(8192, 32 * 1024, 100, 256, 8192, 64 * 1024, 64 * 1024);

    /** Checks the ranges. */
    public HttpLimits {
        requireRange("requestLineBytes", requestLineBytes, 64, 1 << 20);
        requireRange("headerBytes", headerBytes, 64, 1 << 20);
        requireRange("fieldCount", fieldCount, 1, 10_000);
        requireRange("chunkLineBytes", chunkLineBytes, 16, 1 << 16);
        requireRange("trailerBytes", trailerBytes, 0, 1 << 20);
        requireRange("chunkedBytes", chunkedBytes, 0, Integer.MAX_VALUE);
        requireRange("messageBytes", messageBytes, 16, 1 << 30);
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed " + least + ".." + most);
        }
    }
}
