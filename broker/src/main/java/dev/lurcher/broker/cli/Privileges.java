package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * As whom a server runs that root starts. A JVM cannot change its user once it runs, for that is not in Java; so the server is never
 * root at all: setpriv changes the user before Java starts, and leaves it the one privilege that it needs, to bind ports below
 * 1024.
 *
 * @param user whom it runs as; null for whoever starts it
 */
record Privileges(@Nullable UserPrincipal user) {
    private static final int ROOT = 0;
    private static final String KEPT = "-all,+net_bind_service";

    /**
     * As whom a server is to run: as the user that is named, or as Mongrel2 does it, the owner of {@code chroot}.
     *
     * @param named null where none is
     * @throws StartException where there is no such user, or this one may not become another
     */
    static Privileges of(Server server, @Nullable String named) throws IOException {
        boolean isRoot = isRoot();
        if (named != null) {
            UserPrincipal user = lookUp(named);
            if (!isRoot && !named.equals(System.getProperty("user.name"))) {
                throw new StartException(
                        "only root can start a server as another user. Fix: leave out --user, or do this as root.");
            }
            return new Privileges(isRoot ? user : null);
        }
        Path base = server.chroot().isEmpty() ? null : Path.of(server.chroot());
        if (!isRoot || base == null || !Files.isDirectory(base)) {
            return new Privileges(null);
        }
        boolean isOwnedByRoot = Integer.valueOf(ROOT).equals(Files.getAttribute(base, "unix:uid"));
        return new Privileges(isOwnedByRoot ? null : Files.getOwner(base));
    }

    private static UserPrincipal lookUp(String name) throws IOException {
        try {
            return Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new StartException("there is no user " + name + ". Fix: name one that there is (--user).");
        }
    }

    /** Says in the log that this process need not be what it is, if it is root. */
    static void warnOfRoot() {
        if (isRoot()) {
            LoggerFactory.getLogger(Privileges.class)
                    .warn(
                            "this server runs as root. Fix: start it as a user of its own (docs/operations.md, \"Root, users and chroot\")");
        }
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(ROOT).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Whether the server is not to run as whoever starts it. */
    boolean areAnothers() {
        return user != null;
    }

    /** What the server's command begins with. */
    List<String> command() {
        if (user == null) {
            return List.of();
        }
        String name = user.getName();
        return List.of(
                "setpriv",
                "--reuid=" + name,
                "--regid=" + primaryGroup(name),
                name.matches("[0-9]+") ? "--clear-groups" : "--init-groups",
                "--inh-caps=" + KEPT,
                "--ambient-caps=" + KEPT,
                "--bounding-set=" + KEPT,
                "--no-new-privs");
    }

    /** As the system's list of users has it; a number that is in no list stands for both. */
    private static String primaryGroup(String name) {
        try {
            return Files.readAllLines(Path.of("/etc/passwd")).stream()
                    .map(line -> line.split(":"))
                    .filter(fields -> fields.length > 3 && fields[0].equals(name))
                    .map(fields -> fields[3])
                    .findFirst()
                    .orElse(name);
        } catch (IOException e) {
            return name;
        }
    }

    /** Makes a file or folder that user's. */
    void give(Path path) throws IOException {
        if (user != null) {
            Files.setOwner(path, user);
        }
    }
}
