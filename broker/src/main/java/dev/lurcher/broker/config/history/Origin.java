package dev.lurcher.broker.config.history;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a change comes from: a row of table {@code log}.
 *
 * @param who the user
 * @param what was done: load, commit, rollback, upgrade
 * @param location the machine
 * @param how from which file, or with which tool
 * @param why in words
 */
public record Origin(String who, String what, String location, String how, String why) {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** A change by the user of this process, on this machine. */
    public static Origin here(String what, String how, String why) {
        return new Origin(System.getProperty("user.name", ""), what, machine(), how, why);
    }

    private static String machine() {
        try {
            return Files.exists(HOST_NAME)
                    ? Files.readString(HOST_NAME).strip()
                    : InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        } catch (IOException e) {
            return "";
        }
    }
}
