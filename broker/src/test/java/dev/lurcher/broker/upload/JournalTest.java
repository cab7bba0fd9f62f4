package dev.lurcher.broker.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path folder;

    private UploadPlace place = UploadPlace.of("", "/XXXXXX", "0600", 0);

    @BeforeEach
    void setPlace() {
        place = UploadPlace.of("", folder + "/up.XXXXXX", "0600", 0);
    }

    @Test
    void deletesWhatADeadBrokerBeganAndNothingElse() throws Exception {
        Path begun = Files.writeString(folder.resolve("up.aaaaaa"), "begun");
        Path complete = Files.writeString(folder.resolve("up.bbbbbb"), "complete");
        Path foreign = Files.writeString(folder.resolve("up.cccccc"), "written down nowhere");
        Path replaced = Files.writeString(folder.resolve("up.dddddd"), "old");
        write(".up.lurcher-0123456789abcdef", slot("aaaaaa", begun) + slot("dddddd", replaced));
        Files.move(replaced, folder.resolve("taken"));
        Files.writeString(replaced, "a new file of the same name");
        assertEquals(1, Journal.recover(place));
        assertFalse(Files.exists(begun));
        assertTrue(Files.exists(complete));
        assertTrue(Files.exists(foreign));
        assertTrue(Files.exists(replaced));
        assertFalse(Files.exists(folder.resolve(".up.lurcher-0123456789abcdef")));
    }

    @Test
    void leavesLivingBrokersAlone() throws Exception {
        try (Journal living = Journal.begin(place)) {
            Path begun = Files.writeString(folder.resolve("up.aaaaaa"), "begun");
            living.add("aaaaaa", inode(begun));
            assertEquals(0, Journal.recover(place));
            assertTrue(Files.exists(begun));
        }
    }

    @Test
    void leavesBrokersOfOtherProcessesAlone() throws Exception {
        Path begun = Files.writeString(folder.resolve("up.aaaaaa"), "begun");
        Path journal = write(".up.lurcher-00000000000000ff", slot("aaaaaa", begun));
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import fcntl,sys\nf=open(sys.argv[1],'r+')\nfcntl.lockf(f,fcntl.LOCK_EX)\nprint('locked',flush=True)\n"
                                + "sys.stdin.read()",
                        journal.toString())
                .start();
        try {
            assertEquals("locked", other.inputReader().readLine());
            assertEquals(0, Journal.recover(place));
            assertTrue(Files.exists(begun));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertEquals(1, Journal.recover(place));
        assertFalse(Files.exists(begun));
    }

    @Test
    void believesNoJournalOfAnotherUser() throws Exception {
        Path file = Files.writeString(folder.resolve("up.aaaaaa"), "somebody's");
        Path journal = write(".up.lurcher-00000000000000ff", slot("aaaaaa", file));
        // Only root can make it another's; to everybody else it stays their own, and is believed.
        boolean isRoot =
                ProcessHandle.current().info().user().filter("root"::equals).isPresent();
        if (isRoot) {
            Files.setAttribute(journal, "unix:uid", 65534);
        }
        assertEquals(isRoot ? 0 : 1, Journal.recover(place));
        assertEquals(isRoot, Files.exists(file));
    }

    @Test
    void usesSlotsAgain() throws Exception {
        List<Integer> slots = new ArrayList<>();
        try (Journal journal = Journal.begin(place)) {
            for (int i = 0; i < 3; i++) {
                slots.add(journal.add("aaaaa" + i, i));
            }
            journal.remove(1);
            slots.add(journal.add("bbbbbb", 7));
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(3 * 28, Files.size(files.findFirst().orElseThrow()));
            }
            for (int slot = 0; slot < 3; slot++) {
                journal.remove(slot);
            }
        }
        assertEquals(List.of(0, 1, 2, 1), slots);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count(), "a journal without entries goes with its broker");
        }
    }

    @Test
    void entriesOutliveTheirBroker() throws Exception {
        Path begun = Files.writeString(folder.resolve("up.aaaaaa"), "begun");
        try (Journal journal = Journal.begin(place)) {
            journal.add("zzzzzz", 1);
            journal.add("aaaaaa", inode(begun));
            journal.remove(0);
        }
        assertEquals(1, Journal.recover(place));
        assertFalse(Files.exists(begun));
    }

    @Test
    void survivesRubbish() throws Exception {
        Path outside = Files.writeString(folder.resolve("up.aaaaaa"), "not ours");
        for (String text : List.of(
                "", "x", "\0".repeat(100), "../../ 0000000000000000000\n".repeat(3), "aaaaaa xxxxxxxxxxxxxxxxxxxx\n")) {
            write(".up.lurcher-0000000000000001", text);
            assertEquals(0, Journal.recover(place));
        }
        Files.createDirectory(folder.resolve(".up.lurcher-0000000000000002"));
        Files.createSymbolicLink(folder.resolve(".up.lurcher-0000000000000003"), outside);
        assertEquals(0, Journal.recover(place));
        assertTrue(Files.exists(outside));
    }

    private Path write(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(US_ASCII));
    }

    private static String slot(String own, Path file) throws IOException {
        return String.format("%s %020d\n", own, inode(file));
    }

    private static long inode(Path path) throws IOException {
        return Journal.inode(path);
    }
}
