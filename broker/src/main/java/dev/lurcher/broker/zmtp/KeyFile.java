package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pair of CURVE keys in two files, in the form that ZeroMQ's tools for other languages read and write: {@code NAME.key} may be
 * known to everybody, {@code NAME.key_secret} to its owner only.
 * <pre>
 *   metadata
 *   curve
 *       public-key = "40 characters of Z85"
 *       secret-key = "40 characters of Z85"       in the second one only
 * </pre>
 */
public final class KeyFile {
    /** What the name of the file with the public key ends with. */
    public static final String PUBLIC = ".key";

    /** What the name of the file with both keys ends with. */
    public static final String SECRET = ".key_secret";

    private static final Pattern LINE =
            Pattern.compile("(?m)^\\s*(public|secret)-key\\s*=\\s*[\"']([^\"'\\n]*)[\"']\\s*$");
    private static final int MOST_BYTES = 64 * 1024;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /**
     * Reads the pair of a file with a secret key. Blocks.
     *
     * @throws ZmtpException BAD_KEY_FILE when there is none, it cannot be read, others may read it, or it holds no pair
     */
    public static CurvePair read(Path file) {
        try {
            requireOwnersOnly(file);
            if (Files.size(file) > MOST_BYTES) {
                throw bad(file, "it is too large for a key", "name the file that broker keygen wrote", null);
            }
            return pair(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw bad(file, "it does not exist", "make it with broker keygen, or name the right one", e);
        } catch (IOException e) {
            throw bad(file, "it cannot be read: " + e, "correct its owner and its permissions", e);
        }
    }

    /**
     * Reads the public key of a file of either kind; nobody need be kept from that. Blocks.
     *
     * @throws ZmtpException BAD_KEY_FILE
     */
    public static CurveKey readPublic(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw bad(file, "it is too large for a key", "name a file that broker keygen wrote", null);
            }
            Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (line.find()) {
                if (line.group(1).equals("public")) {
                    return CurveKey.parse(line.group(2));
                }
            }
            throw bad(file, "it holds no public key", "name a file that broker keygen wrote", null);
        } catch (NoSuchFileException e) {
            throw bad(file, "it does not exist", "make it with broker keygen, or name the right one", e);
        } catch (IOException e) {
            throw bad(
                    file,
                    "it cannot be read: " + e,
                    "correct its permissions, or name the file with the public key",
                    e);
        }
    }

    /** @throws ZmtpException BAD_KEY_FILE where anybody else than its owner may use the file */
    static void requireOwnersOnly(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (!OWNERS.containsAll(permissions)) {
            throw bad(
                    file,
                    "others than its owner may use it: its permissions are "
                            + PosixFilePermissions.toString(permissions),
                    "chmod 600 " + file + ", and make a new pair if anybody may have read it",
                    null);
        }
    }

    private static CurvePair pair(Path file, String text) {
        String secret = null;
        String open = null;
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            if (line.group(1).equals("secret")) {
                secret = line.group(2);
            } else {
                open = line.group(2);
            }
        }
        if (secret == null) {
            throw bad(file, "it holds no secret key", "name the file that ends with " + SECRET, null);
        }
        try {
            CurvePair pair = CurvePair.parse(secret);
            if (open != null && !CurveKey.parse(open).equals(pair.key())) {
                throw bad(file, "its two keys are no pair", "make it again with broker keygen", null);
            }
            return pair;
        } catch (ZmtpException e) {
            throw e.code() == Code.BAD_KEY_FILE
                    ? e
                    : bad(file, "one of its keys cannot be understood", "make it again with broker keygen", e);
        }
    }

    /**
     * Writes both files of a pair. Nothing is replaced. Blocks.
     *
     * @param base what the names of the files begin with
     * @throws ZmtpException BAD_KEY_FILE
     */
    public static void write(Path base, CurvePair pair) {
        String name = String.valueOf(base.getFileName());
        Path secret = base.resolveSibling(name + SECRET);
        Path open = base.resolveSibling(name + PUBLIC);
        requireFree(secret);
        requireFree(open);
        create(secret, OWNERS, """
                #   A secret CURVE key. Whoever reads it can pass for its owner.
                metadata
                curve
                    public-key = "%s"
                    secret-key = "%s"
                """.formatted(pair.key(), pair.secret()));
        create(open, PosixFilePermissions.fromString("rw-r--r--"), """
                #   A public CURVE key. It may be known to everybody.
                metadata
                curve
                    public-key = "%s"
                """.formatted(pair.key()));
    }

    private static void requireFree(Path file) {
        if (Files.exists(file)) {
            throw taken(file);
        }
    }

    private static ZmtpException taken(Path file) {
        return bad(file, "it is there already", "choose another name, or remove it where nobody uses the key", null);
    }

    private static void create(Path file, Set<PosixFilePermission> permissions, String text) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
        try {
            // With its permissions from the first moment on.
            Files.createFile(file, attributes);
            Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw taken(file);
        } catch (IOException e) {
            throw bad(file, "it cannot be written: " + e, "choose a folder in which this user may write", e);
        }
    }

    private static ZmtpException bad(Path file, String why, String fix, @Nullable Throwable cause) {
        return new ZmtpException(Code.BAD_KEY_FILE, "key file " + file + ": " + why + ". Fix: " + fix + ".", cause);
    }
}
