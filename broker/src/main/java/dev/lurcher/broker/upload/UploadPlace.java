package dev.lurcher.broker.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.broker.upload.UploadException.Code;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where uploads are kept, as {@code upload.temp_store} says it: a path that ends with {@code XXXXXX}, in whose place each file
 * gets six letters and digits of its own.
 *
 * @param folder in which the files are made
 * @param prefix what their names begin with
 * @param shown what comes before the six letters in the path that workers are told: as configured, octets as chars 0..255
 * @param mode permissions of the files, 1..06777
 * @param maxBytes most that uploads may take together, those included that no worker has moved or deleted yet; 0 = no bound
 */
public record UploadPlace(Path folder, String prefix, String shown, int mode, long maxBytes) {
    /** How many letters and digits make a file's name its own. */
    static final int OWN_LETTERS = 6;

    private static final String PATTERN = "X".repeat(OWN_LETTERS);
    private static final int MOST_MODE = 06777;

    /**
     * Reads the settings.
     *
     * @param root where the template's path begins, as {@code server.chroot} says; workers are told the path without it, as
     *     with Mongrel2
     * @param mode a number as C writes it: {@code 0600} octal, {@code 0x180} hexadecimal, {@code 384} decimal
     * @throws UploadException BAD_TEMPLATE or BAD_MODE
     */
    public static UploadPlace of(String root, String template, String mode, long maxBytes) {
        String stem = template.substring(0, Math.max(0, template.length() - OWN_LETTERS));
        if (!template.endsWith(PATTERN) || template.chars().anyMatch(Character::isISOControl)) {
            throw badTemplate(template);
        }
        try {
            Path stemPath = Path.of(root.isEmpty() ? stem + "x" : root + "/" + stem + "x")
                    .toAbsolutePath()
                    .normalize();
            String name = String.valueOf(stemPath.getFileName());
            Path folder = stemPath.getParent();
            if (folder == null) {
                throw badTemplate(template);
            }
            String shown = new String(stem.getBytes(UTF_8), ISO_8859_1);
            return new UploadPlace(folder, name.substring(0, name.length() - 1), shown, mode(mode), maxBytes);
        } catch (InvalidPathException e) {
            throw badTemplate(template);
        }
    }

    /** The permissions that a text stands for. */
    private static int mode(String text) {
        try {
            int mode = Integer.decode(text);
            if (mode > 0 && mode <= MOST_MODE) {
                return mode;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new UploadException(
                Code.BAD_MODE,
                "setting upload.temp_store_mode is \"" + text
                        + "\". Allowed: 1 to 06777, octal with a 0 before it. Fix: write 0600, or 0640 for workers of the same group.");
    }

    private static UploadException badTemplate(String template) {
        return new UploadException(
                Code.BAD_TEMPLATE,
                "setting upload.temp_store is \"" + template + "\". Allowed: a path that ends with " + PATTERN
                        + ". Fix: write /var/spool/lurcher/upload." + PATTERN + ", say.");
    }

    /** The file with these six letters. */
    Path file(String own) {
        return folder.resolve(prefix + own);
    }
}
