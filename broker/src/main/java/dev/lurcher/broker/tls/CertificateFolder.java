package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder with the pairs of certificate and key. */
record CertificateFolder(Path path) {
    /**
     * What is in it.
     *
     * @param identities by the names of their files
     * @param faults     of those that cannot be used, likewise
     */
    record Content(Map<String, Identity> identities, Map<String, TlsException> faults) {}

    /** A state of a file: what differs when it has been changed. */
    private record Stamp(
            long size, long modifiedNanos, @Nullable Object key) {}

    /**
     * Reads all pairs. A certificate without a key beside it is none, but for the default one.
     *
     * @throws TlsException NO_FOLDER
     */
    Content read(String defaultName) {
        Map<String, Identity> identities = new TreeMap<>();
        Map<String, TlsException> faults = new TreeMap<>();
        for (String name : names(defaultName)) {
            try {
                identities.put(name, Identity.read(path, name));
            } catch (TlsException e) {
                faults.put(name, e);
            }
        }
        return new Content(identities, faults);
    }

    private List<String> names(String defaultName) {
        List<String> names = new ArrayList<>(List.of(defaultName));
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.endsWith(Identity.CERTIFICATE_END)) {
                String stem = name.substring(0, name.length() - Identity.CERTIFICATE_END.length());
                if (!stem.equals(defaultName) && Files.exists(path.resolve(stem + Identity.KEY_END))) {
                    names.add(stem);
                }
            }
        }
        return names;
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(file -> file.toString().endsWith(Identity.CERTIFICATE_END)
                            || file.toString().endsWith(Identity.KEY_END))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (NoSuchFileException e) {
            throw new TlsException(
                    Code.NO_FOLDER,
                    "certdir: there is no folder " + path,
                    "make it, and put certificates and keys there; or correct certdir (table setting)");
        } catch (NotDirectoryException e) {
            throw new TlsException(
                    Code.NO_FOLDER, "certdir: " + path + " is a file", "write the folder that the certificates are in");
        } catch (IOException e) {
            throw new TlsException(
                    Code.NO_FOLDER,
                    "certdir: the folder " + path + " cannot be listed: " + e.getMessage(),
                    "let the user that runs the broker read it");
        }
    }

    /**
     * What tells whether anything has changed. Links are followed: many tools exchange certificates by changing them.
     *
     * @param other a further file to look at
     */
    Map<Path, Object> state(@Nullable Path other) {
        Map<Path, Object> state = new HashMap<>();
        try {
            files().forEach(file -> state.put(file, stamp(file)));
        } catch (TlsException e) {
            state.put(path, e.code());
        }
        if (other != null) {
            state.put(other, stamp(other));
        }
        return state;
    }

    private static Object stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.size(),
                    attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS),
                    attributes.fileKey());
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
