package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/broker in trees of this test's own, with a java and a Maven that only say how they were called. */
class LauncherTest {
    private static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();

    /** Ends as a JVM does that gets INT: by itself. */
    private static final String WAITS_FOR_INT = "trap 'exit 130' INT; while :; do sleep 0.1; done";

    @TempDir
    private Path folder;

    private Path tree;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void makeAnInstalledTree() throws IOException {
        tree = Files.createDirectories(folder.resolve("a tree"));
        Files.createDirectories(tree.resolve("bin"));
        for (String script : List.of("broker", "launch.bash")) {
            Files.copy(
                    SOURCES.resolve("bin").resolve(script), tree.resolve("bin").resolve(script));
        }
        write(tree.resolve("broker/lurcher-broker-1.2.3.jar"), "");
        environment.put("HOME", folder.toString());
        environment.put("PATH", folder.resolve("path") + ":/usr/bin:/bin");
    }

    @Test
    void findsTheNewestJava() throws Exception {
        makeJava(".jdks/a", 998);
        makeJava(".jdks/b", 999);
        makeJava(".jdks/c", 21);

        assertEquals("999", launch("version").output().lines().findFirst().orElseThrow());
    }

    @Test
    void readsNamesOfFilesAsUtf8WhereNothingSaysHow() throws Exception {
        Path java = makeJava(".jdks/a", 999);
        executable(java.resolve("bin/java"), "echo \"names in $LC_ALL\"");
        for (String nothing : List.of("", "C", "POSIX")) {
            environment.putAll(Map.of("LC_ALL", nothing, "LC_CTYPE", "", "LANG", ""));
            String said = launch("version").output();
            assertTrue(said.contains("names in C.UTF-8"), said);
        }
        environment.put("LC_ALL", "de_DE.UTF-8");
        assertTrue(launch("version").output().contains("names in de_DE.UTF-8"));
    }

    @Test
    void prefersTheJavaOnThePathWhenItFits() throws Exception {
        makeJava(".jdks/newer", 999);
        Path onPath = makeJava("elsewhere", 21);
        Files.createDirectories(folder.resolve("path"));
        Files.createSymbolicLink(folder.resolve("path/java"), onPath.resolve("bin/java"));

        assertEquals("21", launch("version").output().lines().findFirst().orElseThrow());
    }

    @Test
    void passesOverAJavaHomeThatIsTooOld() throws Exception {
        environment.put("JAVA_HOME", makeJava("old", 17).toString());
        makeJava(".jdks/newer", 999);

        assertEquals("999", launch("version").output().lines().findFirst().orElseThrow());
    }

    @Test
    void takesLurcherJavaAsAHomeOrAnExecutable() throws Exception {
        Path home = makeJava("mine", 21);
        makeJava(".jdks/newer", 999);

        environment.put("LURCHER_JAVA", home.toString());
        assertEquals("21", launch("version").output().lines().findFirst().orElseThrow());
        environment.put("LURCHER_JAVA", home.resolve("bin/java").toString());
        assertEquals("21", launch("version").output().lines().findFirst().orElseThrow());
    }

    @Test
    void refusesALurcherJavaThatDoesNotFit() throws Exception {
        environment.put("LURCHER_JAVA", makeJava("old", 17).toString());
        Finished refused = launch("version");

        assertEquals(1, refused.exitCode());
        assertTrue(refused.output().startsWith("LURCHER_JAVA=" + folder.resolve("old") + " is no Java 21 or newer."));
    }

    @Test
    void saysWhatToInstallWhenNoJavaFits() throws Exception {
        String script = ". '%s/bin/launch.bash'; least_release=1000; find_java".formatted(tree);
        Finished refused = Finished.run(folder, environment, Duration.ofSeconds(10), List.of("bash", "-c", script));

        assertEquals(1, refused.exitCode());
        assertTrue(refused.output().contains("apt-get install openjdk-"), refused::output);
        assertTrue(refused.output().contains("LURCHER_JAVA="), refused::output);
    }

    @Test
    void becomesTheJvmAndPassesArgumentsOn() throws Exception {
        makeJava(".jdks/a", 999);
        Finished launched = launch("check", "two words", "");

        assertEquals(7, launched.exitCode());
        assertTrue(launched.output().endsWith("-jar|" + tree + "/broker/lurcher-broker-1.2.3.jar|check|two words||\n"));
        String script = "echo $$; exec '%s/bin/broker' --pid".formatted(tree);
        Finished pids = Finished.run(folder, environment, Duration.ofSeconds(10), List.of("bash", "-c", script));
        List<String> lines = pids.output().lines().toList();
        assertEquals("pid " + lines.get(0), lines.get(2));
    }

    @Test
    void startsThroughASymbolicLink() throws Exception {
        makeJava(".jdks/a", 999);
        Files.createSymbolicLink(folder.resolve("link"), tree.resolve("bin/broker"));
        Finished launched = Finished.run(
                Path.of("/"),
                environment,
                Duration.ofSeconds(10),
                List.of(folder.resolve("link").toString()));

        assertTrue(launched.output().contains("-Dlurcher.launcher=" + tree + "/bin/broker|"), launched::output);
    }

    @Test
    void addsTheUsersOptionsAndLeavesTheCollectorToThem() throws Exception {
        makeJava(".jdks/a", 999);
        assertTrue(launch("run").output().contains("-XX:+UseParallelGC|"));

        environment.put("LURCHER_JAVA_OPTS", "-Xmx1g -XX:+UseZGC");
        String options = launch("run").output();
        assertTrue(options.contains("|-Xmx1g|-XX:+UseZGC|"), options);
        assertFalse(options.contains("UseParallelGC"), options);
    }

    @Test
    void preparesTheClassesOfAStartOnceForEachBuild() throws Exception {
        makeJava(".jdks/a", 999);
        String use = "-XX:SharedArchiveFile=%s/broker/lurcher-broker-1.2.3-java-999.0.1.jsa|".formatted(tree);

        assertFalse(launch("version").output().contains("Archive"), "not for a command that starts no broker");
        Finished first = launch("run");
        assertTrue(first.output().startsWith("Preparing"), first::output);
        assertTrue(first.output().contains(use), first::output);
        Finished second = launch("run");
        assertFalse(second.output().startsWith("Preparing"), second::output);
        assertTrue(second.output().contains(use), second::output);
        assertTrue(launch("version").output().contains(use), "for every command once it is there");

        touch(tree.resolve("broker/lurcher-broker-1.2.3.jar"), Instant.now().plusSeconds(1));
        assertTrue(launch("run").output().startsWith("Preparing"), "for another build");
    }

    @Test
    void startsWithoutPreparedClassesWhereTheyCannotBeMade() throws Exception {
        makeJava(".jdks/a", 999);
        write(folder.resolve("fail"), "");

        assertTrue(launch("run").output().startsWith("Preparing"));
        Finished second = launch("run");
        assertEquals(7, second.exitCode());
        assertFalse(second.output().contains("Archive") || second.output().startsWith("Preparing"), second::output);
    }

    @Test
    void buildsWhatIsMissingOrOlderThanItsSources() throws Exception {
        makeJava(".jdks/a", 999);
        makeASourceTree();

        String first = launch("version").output();
        assertTrue(first.startsWith("Building broker"), first);
        assertTrue(
                Files.readString(tree.resolve("broker/target/build.log")).endsWith("|-pl|broker|-am|package|"), first);
        assertTrue(first.contains("-jar|" + tree + "/broker/target/lurcher-broker-0.1.0.jar|version|"), first);
        String second = launch("version").output();
        assertFalse(second.contains("Building"), second);

        touch(tree.resolve("protocol/src/main/Source.java"), Instant.now().plusSeconds(1));
        String third = launch("version").output();
        assertTrue(third.startsWith("Building broker"), third);
    }

    @Test
    void stopsWhenTheBuildFails() throws Exception {
        makeJava(".jdks/a", 999);
        makeASourceTree();
        executable(folder.resolve("path/mvn"), "echo fine; echo '[ERROR] broken'; exit 1");
        Finished failed = launch("version");

        assertEquals(1, failed.exitCode());
        assertTrue(failed.output().contains("\n[ERROR] broken\nThe build failed. All of its output: "), failed::output);
        assertFalse(failed.output().contains("fine"), failed::output);
    }

    @Test
    void endsWithoutAWordWhenTheBuildIsStopped() throws Exception {
        makeJava(".jdks/a", 999);
        makeASourceTree();
        executable(folder.resolve("path/mvn"), WAITS_FOR_INT);

        assertEquals("Building broker (a first build also downloads libraries) ...\n", stopped("Building"));
    }

    @Test
    void endsWithoutAWordWhenThePreparationIsStopped() throws Exception {
        makeJava(".jdks/a", 999);
        executable(folder.resolve("slow"), WAITS_FOR_INT);

        assertEquals("Preparing for faster starts ...\n", stopped("Preparing"));
        try (Stream<Path> left = Files.list(tree.resolve("broker"))) {
            assertEquals(List.of(tree.resolve("broker/lurcher-broker-1.2.3.jar")), left.toList());
        }
    }

    /** What the launcher says when it is stopped from the terminal after a word of its own. */
    private String stopped(String after) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("setsid", tree.resolve("bin/broker").toString(), "run");
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(environment);
        try (Background launcher = Background.start(builder)) {
            launcher.awaitOutput(after);
            launcher.signalGroup("INT");
            assertEquals(130, launcher.awaitExit(), launcher::output);
            return launcher.output();
        }
    }

    private void makeASourceTree() throws IOException {
        Files.delete(tree.resolve("broker/lurcher-broker-1.2.3.jar"));
        List<String> files = List.of(
                "pom.xml",
                ".git/HEAD",
                "protocol/pom.xml",
                "protocol/src/main/Source.java",
                "broker/pom.xml",
                "broker/src/main/Source.java");
        for (String file : files) {
            write(tree.resolve(file), "");
            touch(tree.resolve(file), Instant.now().minusSeconds(60));
        }
        executable(folder.resolve("path/mvn"), """
                printf '%%s|' "$@"
                mkdir -p '%1$s' && : >'%1$s/lurcher-broker-0.1.0.jar'
                """.formatted(tree.resolve("broker/target")));
    }

    private Finished launch(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(tree.resolve("bin/broker").toString()));
        command.addAll(List.of(arguments));
        return Finished.run(folder, environment, Duration.ofSeconds(10), command);
    }

    /** A JDK whose java prints its release, and then its process id and arguments, and ends with 7. */
    private Path makeJava(String home, int release) throws IOException {
        Path path = folder.resolve(home);
        write(path.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + release + ".0.1\"\n");
        executable(path.resolve("bin/java"), """
                for word in "$@"; do
                    case $word in -XX:ArchiveClassesAtExit=*)
                        [ ! -e "%1$s/slow" ] || exec "%1$s/slow"
                        [ -e "%1$s/fail" ] || echo classes >"${word#*=}"
                        exit 0
                    esac
                done
                echo %2$d
                echo "pid $$"
                printf '%%s|' "$@"
                echo
                exit 7
                """.formatted(folder, release));
        executable(path.resolve("bin/javac"), "exit 1");
        return path;
    }

    private static void executable(Path file, String script) throws IOException {
        write(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void touch(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }
}
