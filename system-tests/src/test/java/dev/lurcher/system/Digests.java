package dev.lurcher.system;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What workers say of content that they got. */
final class Digests {
    private Digests() {}

    static String sha256(byte[] content) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    /** As Python's json writes it. */
    static String json(byte[] content) throws NoSuchAlgorithmException {
        return "{\"bytes\": " + content.length + ", \"sha256\": \"" + sha256(content) + "\"}";
    }
}
