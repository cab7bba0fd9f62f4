package dev.lurcher.broker.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** {@code broker version}, and {@code broker --version}. */
@Command(
        name = "version",
        description = "Prints the version.",
        footer = {"", "Example: broker version --json"})
final class VersionCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Override
    public Integer call() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", version());
        facts.put("java", System.getProperty("java.version"));
        facts.put("java_home", System.getProperty("java.home"));
        format.print(facts, "Lurcher " + version() + " on Java " + System.getProperty("java.version"));
        return 0;
    }

    /** The version of the jar; classes that are in none have none. */
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "unversioned" : version;
    }

    /** For the option of the same name. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Lurcher " + version()};
        }
    }
}
