package dev.lurcher.worker.servlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.session.SessionData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSessionsTest {
    private static final Pattern COOKIE = Pattern.compile("Set-Cookie: (JSESSIONID=[^;]+)");

    @TempDir
    private Path folder;

    /** Counts in the session, and ends it where it is asked to. */
    private static final class Counter extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            HttpSession session = request.getSession();
            int count = session.getAttribute("count") instanceof Integer before ? before + 1 : 1;
            session.setAttribute("count", count);
            response.getWriter().print("count " + count);
            if (request.getParameter("end") != null) {
                session.invalidate();
            }
        }
    }

    /** A process, as far as sessions can tell. */
    private static final class Application implements AutoCloseable {
        private final Server server = new Server();
        private final LocalConnector connector = new LocalConnector(server);
        final ServletContextHandler context = new ServletContextHandler("/app", true, false);

        Application(Path folder) throws Exception {
            server.addConnector(connector);
            context.addServlet(new Counter(), "/");
            SharedSessions.set(context.getSessionHandler(), folder.toString());
            server.setHandler(context);
            server.start();
        }

        String get(String query, String cookie) throws Exception {
            return connector.getResponse(
                    "GET /app/" + query + " HTTP/1.0\r\nHost: localhost\r\nCookie: " + cookie + "\r\n\r\n");
        }

        @Override
        public void close() throws Exception {
            server.stop();
        }
    }

    @Test
    void areSharedByProcesses() throws Exception {
        try (Application one = new Application(folder);
                Application two = new Application(folder)) {
            String first = one.get("", "a=b");
            assertTrue(first.endsWith("count 1"), first);
            String cookie = cookie(first);
            assertTrue(two.get("", cookie).endsWith("count 2"));
            assertTrue(one.get("", cookie).endsWith("count 3"));
            assertEquals(1, files().size());
            assertTrue(two.get("?end=", cookie).endsWith("count 4"));
            assertEquals(List.of(), files());
            assertTrue(one.get("", cookie).endsWith("count 1"));
        }
    }

    @Test
    void outliveTheirProcess() throws Exception {
        String cookie;
        try (Application one = new Application(folder)) {
            cookie = cookie(one.get("", "a=b"));
        }
        try (Application two = new Application(folder)) {
            assertTrue(two.get("", cookie).endsWith("count 2"));
        }
    }

    @Test
    void areNoFilesElsewhereWhateverAClientSays() throws Exception {
        Files.writeString(folder.resolve("outside"), "not a session");
        Path sessions = folder.resolve("a/b");
        try (Application one = new Application(sessions)) {
            for (String id : List.of("../../outside", "/etc/passwd", "..", "x".repeat(300))) {
                String answer = one.get("", "JSESSIONID=" + id);
                assertTrue(answer.endsWith("count 1"), answer);
            }
        }
        assertEquals("not a session", Files.readString(folder.resolve("outside")));
    }

    @Test
    void areDeletedWhenTheyHaveEnded() throws Exception {
        try (Application one = new Application(folder)) {
            String ended = cookie(one.get("", "a=b"));
            Files.setLastModifiedTime(files().getFirst(), FileTime.fromMillis(1));
            String present = cookie(one.get("", "a=b"));
            FolderSessions store = (FolderSessions)
                    one.context.getSessionHandler().getSessionCache().getSessionDataStore();
            assertFalse(store.exists(id(ended)));
            assertEquals(Set.of(id(ended)), store.doGetExpired(2));
            store.doCleanOrphans(2);
            assertEquals(1, files().size());
            assertTrue(one.get("", present).endsWith("count 2"));
        }
    }

    @Test
    void aLateTimeOfAccessBringsNoEndedSessionBack() throws Exception {
        try (Application one = new Application(folder)) {
            String id = id(cookie(one.get("", "a=b")));
            FolderSessions store = (FolderSessions)
                    one.context.getSessionHandler().getSessionCache().getSessionDataStore();
            SessionData data = Objects.requireNonNull(store.doLoad(id));
            assertTrue(store.delete(id));
            store.doStore(id, data, data.getLastSaved());
            assertEquals(List.of(), files());
        }
    }

    private static String id(String cookie) {
        return cookie.substring("JSESSIONID=".length()).replaceAll("\\.node0$", "");
    }

    private static String cookie(String answer) {
        Matcher cookie = COOKIE.matcher(answer);
        assertTrue(cookie.find(), answer);
        return cookie.group(1);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
