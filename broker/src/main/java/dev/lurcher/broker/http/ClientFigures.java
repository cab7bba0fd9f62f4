package dev.lurcher.broker.http;

/**
 * What can be said of a client's connection at one moment. Seconds are whole ones.
 *
 * @param id by which workers know it, or would; -1 where none does
 * @param descriptor of its socket; -1 where the transport does not tell
 * @param startedSeconds since its latest request began, or since it was opened
 * @param readSeconds since bytes came; 0 where none has, or the transport does not tell
 * @param writtenSeconds since bytes were sent; 0 likewise
 * @param bytesRead bytes that have come, but for those of a tunnel to an upstream
 * @param bytesSent bytes that its socket has taken
 */
public record ClientFigures(
        int id,
        int descriptor,
        Use use,
        long startedSeconds,
        long readSeconds,
        long writtenSeconds,
        long bytesRead,
        long bytesSent) {
    /** What the connection is used for. */
    public enum Use {
        /** No request yet. */
        NONE,
        /** Requests. */
        HTTP,
        /** JSON and XML messages. */
        MESSAGES,
        /** A WebSocket. */
        WEBSOCKET
    }
}
