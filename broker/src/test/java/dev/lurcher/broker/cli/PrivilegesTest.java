package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static List<String> command(String user) throws Exception {
        UserPrincipal principal =
                Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
        return new Privileges(principal).command();
    }

    @Test
    void whoStartsItselfNeedsNoOther() {
        assertEquals(List.of(), new Privileges(null).command());
    }

    @Test
    void anotherUserKeepsThePortsAndNothingElse() throws Exception {
        assertEquals(
                List.of(
                        "setpriv",
                        "--reuid=root",
                        "--regid=0",
                        "--init-groups",
                        "--inh-caps=-all,+net_bind_service",
                        "--ambient-caps=-all,+net_bind_service",
                        "--bounding-set=-all,+net_bind_service",
                        "--no-new-privs"),
                command("root"));
    }

    @Test
    void setprivUnderstandsThat() throws Exception {
        Process process = new ProcessBuilder("setpriv", "--help")
                .redirectErrorStream(true)
                .start();
        String help = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        for (String option : command("root").subList(1, 8)) {
            assertTrue(help.contains(option.split("=")[0]), option);
        }
    }
}
