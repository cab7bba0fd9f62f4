package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.PemFile.Block;
import dev.lurcher.broker.tls.TlsException.Code;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file with a private key: PKCS #8, or one of the two older forms that OpenSSL wrote (PKCS #1 for RSA, SEC 1 for EC). */
final class KeyFile {
    /** Of a private key in PKCS #8. */
    private static final byte[] VERSION = {2, 1, 0};

    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private KeyFile() {}

    /** @throws TlsException MISSING_FILE, UNREADABLE_FILE, BAD_KEY, ENCRYPTED_KEY */
    static PrivateKey read(Path file) {
        byte[] curve = new byte[0];
        for (Block block : PemFile.read(file)) {
            if (block.label().equals("EC PARAMETERS")) {
                curve = block.der();
            } else if (block.label().endsWith("PRIVATE KEY")) {
                if (block.encrypted()) {
                    throw new TlsException(
                            Code.ENCRYPTED_KEY,
                            file + " is encrypted, and nobody is there to type its password",
                            "write it without: openssl pkey -in " + file + " -out " + file);
                }
                PrivateKey key = key(block, curve);
                if (key == null) {
                    throw new TlsException(
                            Code.BAD_KEY,
                            file + " holds a private key (" + block.label()
                                    + ") that is broken or of a kind that is not known",
                            "make one of RSA or an elliptic curve: openssl ecparam -name prime256v1 -genkey");
                }
                return key;
            }
        }
        throw new TlsException(
                Code.BAD_KEY,
                file + " holds no private key",
                "put the key there, in PEM: it begins with -----BEGIN PRIVATE KEY");
    }

    private static @Nullable PrivateKey key(Block block, byte[] curve) {
        byte[] encoded = switch (block.label()) {
            case "PRIVATE KEY" -> block.der();
            case "RSA PRIVATE KEY" -> wrapped(RSA, block.der());
            case "EC PRIVATE KEY" -> wrappedCurve(block.der(), curve);
            default -> new byte[0];
        };
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (GeneralSecurityException e) {
                // Perhaps it is of another.
            }
        }
        return null;
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return Der.write(Der.SEQUENCE, VERSION, algorithm, Der.write(Der.OCTET_STRING, key));
    }

    /** The curve stands in the key, or in a part of the file before it. */
    private static byte[] wrappedCurve(byte[] key, byte[] curveBefore) {
        byte[] curve = curveBefore;
        List<Der.Value> outer = Der.read(key);
        List<Der.Value> inner =
                outer == null || outer.isEmpty() ? null : Der.read(outer.get(0).content());
        if (inner != null) {
            for (Der.Value value : inner) {
                curve = value.tag() == Der.FIRST_TAGGED ? value.content() : curve;
            }
        }
        return wrapped(Der.write(Der.SEQUENCE, EC_OID, curve), key);
    }
}
