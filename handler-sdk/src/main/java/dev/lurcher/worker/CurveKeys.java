package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.WorkerException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * What a worker and a broker know each other by, where the broker's endpoints have the mechanism CURVE: then all between them
 * is encrypted. Immutable; equal where the keys are.
 *
 * <p>{@code broker keygen NAME} makes a pair, in {@code NAME.key} and {@code NAME.key_secret}. The worker's public key has to
 * stand in the broker's table {@code curve_key}.
 */
public final class CurveKeys {
    /** Z85 (ZeroMQ RFC 32). */
    private static final Pattern KEY = Pattern.compile("[0-9a-zA-Z.:+=^!/*?&<>()\\[\\]{}@%$#-]{40}");

    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s*(public|secret)-key\\s*=\\s*[\"']([^\"'\\n]*)[\"']\\s*$");

    private final String serverKey;
    private final String publicKey;
    private final String secretKey;

    private CurveKeys(String serverKey, String publicKey, String secretKey) {
        this.serverKey = serverKey;
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    /**
     * Takes keys as text: 40 characters of Z85 each.
     *
     * @param serverKey the broker's public key
     * @param publicKey the worker's
     * @param secretKey the worker's
     * @throws WorkerException BAD_KEY; the message shows no key
     */
    public static CurveKeys of(String serverKey, String publicKey, String secretKey) {
        require("the broker's public key", serverKey);
        require("the worker's public key", publicKey);
        require("the worker's secret key", secretKey);
        return new CurveKeys(serverKey, publicKey, secretKey);
    }

    /**
     * Reads them from files.
     *
     * @param server the broker's {@code NAME.key}
     * @param worker the worker's {@code NAME.key_secret}
     * @throws WorkerException BAD_KEY
     */
    public static CurveKeys read(Path server, Path worker) {
        return of(key(server, "public"), key(worker, "public"), key(worker, "secret"));
    }

    private static String key(Path file, String kind) {
        try {
            Matcher line = LINE.matcher(Files.readString(file, ISO_8859_1));
            while (line.find()) {
                if (line.group(1).equals(kind)) {
                    return line.group(2);
                }
            }
        } catch (IOException e) {
            throw new WorkerException(Code.BAD_KEY, "key file " + file + " cannot be read: " + e, e);
        }
        throw new WorkerException(
                Code.BAD_KEY,
                "key file " + file + " has no " + kind
                        + "-key. Name a file that broker keygen wrote: the broker's ends with"
                        + " .key, the worker's own with .key_secret.");
    }

    private static void require(String which, String key) {
        if (!KEY.matcher(key).matches()) {
            throw new WorkerException(
                    Code.BAD_KEY, which + " is not 40 characters of Z85. Write what broker keygen printed.");
        }
    }

    /** Has a socket show who it is, and expect that of the other side. */
    void set(ZMQ.Socket socket) {
        socket.setCurveServerKey(serverKey.getBytes(ISO_8859_1));
        socket.setCurvePublicKey(publicKey.getBytes(ISO_8859_1));
        socket.setCurveSecretKey(secretKey.getBytes(ISO_8859_1));
        // A socket of this library that has as many messages waiting as it may takes its next one apart twice, and ends
        // the
        // connection over it (its issue 1009). Brokers bound what waits here, so it need not.
        socket.setRcvHWM(0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CurveKeys keys && serverKey.equals(keys.serverKey) && secretKey.equals(keys.secretKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    /** The worker's public key, and no secret. */
    @Override
    public String toString() {
        return publicKey;
    }
}
