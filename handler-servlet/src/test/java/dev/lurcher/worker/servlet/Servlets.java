package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What the tests serve. */
final class Servlets {
    private Servlets() {}

    /** Says what it was asked. */
    static final class Echo extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/plain;charset=utf-8");
            StringBuilder text = new StringBuilder();
            text.append(request.getMethod())
                    .append(' ')
                    .append(request.getRequestURI())
                    .append(' ')
                    .append(request.getQueryString())
                    .append(' ')
                    .append(request.getProtocol())
                    .append(' ')
                    .append(request.getScheme())
                    .append(' ')
                    .append(request.isSecure())
                    .append('\n');
            text.append("from ").append(request.getRemoteAddr()).append('\n');
            text.append("parameter ").append(request.getParameter("a")).append('\n');
            Collections.list(request.getHeaders("x-two"))
                    .forEach(value -> text.append("x-two ").append(value).append('\n'));
            response.getOutputStream().write(text.toString().getBytes(UTF_8));
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            doGet(request, response);
        }
    }

    /** Says how much content came, and what sum it has. */
    static final class Count extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            CRC32 sum = new CRC32();
            long bytes = 0;
            InputStream content = request.getInputStream();
            byte[] buffer = new byte[8192];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                sum.update(buffer, 0, n);
                bytes += n;
            }
            response.getWriter().print(bytes + " " + sum.getValue());
        }
    }

    /** Writes as many bytes as it is asked for. */
    static final class Bytes extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            long left = Long.parseLong(request.getParameter("n"));
            if (request.getParameter("length") != null) {
                response.setContentLengthLong(left);
            }
            byte[] piece = new byte[10_000];
            while (left > 0) {
                int n = (int) Math.min(left, piece.length);
                response.getOutputStream().write(piece, 0, n);
                left -= n;
            }
        }
    }

    /** Writes without end, and keeps what stopped it. */
    static final class Endless extends HttpServlet {
        private static final long serialVersionUID = 1L;
        final transient CompletableFuture<IOException> stopped = new CompletableFuture<>();

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            try {
                while (true) {
                    response.getOutputStream().write(new byte[10_000]);
                }
            } catch (IOException e) {
                stopped.complete(e);
                throw e;
            }
        }
    }

    /** Answers later: at once by another thread, by dispatch, never, or not before it hears of an error. */
    static final class Later extends HttpServlet implements AsyncListener {
        private static final long serialVersionUID = 1L;
        final transient CompletableFuture<String> heard = new CompletableFuture<>();
        final transient CompletableFuture<String> begun = new CompletableFuture<>();

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String how = request.getParameter("how");
            if (request.getAttribute("dispatched") != null) {
                response.getWriter().print("dispatched");
                return;
            }
            AsyncContext async = request.startAsync();
            async.setTimeout(how.equals("timeout") ? 100 : 60_000);
            async.addListener(this);
            switch (how) {
                case "complete" ->
                    async.start(() -> {
                        try {
                            response.getWriter().print("completed");
                        } catch (IOException e) {
                            heard.completeExceptionally(e);
                        }
                        async.complete();
                    });
                case "dispatch" -> {
                    request.setAttribute("dispatched", true);
                    async.dispatch();
                }
                default -> begun.complete(how);
            }
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // Not asked for.
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            HttpServletResponse response =
                    (HttpServletResponse) event.getAsyncContext().getResponse();
            response.setStatus(202);
            response.getWriter().print("timed out");
            event.getAsyncContext().complete();
        }

        @Override
        public void onError(AsyncEvent event) {
            heard.complete("error");
            event.getAsyncContext().complete();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // Not asked for.
        }
    }

    /** Reads and writes without a thread that waits: what comes goes back. */
    static final class Mirror extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            AsyncContext async = request.startAsync();
            Pump pump = new Pump(async, request.getInputStream(), response.getOutputStream());
            pump.in.setReadListener(pump);
        }
    }

    private static final class Pump implements ReadListener, WriteListener {
        private final AsyncContext async;
        private final ServletInputStream in;
        private final ServletOutputStream out;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private byte[] all = new byte[0];
        private int written;

        Pump(AsyncContext async, ServletInputStream in, ServletOutputStream out) {
            this.async = async;
            this.in = in;
            this.out = out;
        }

        @Override
        public void onDataAvailable() throws IOException {
            byte[] buffer = new byte[4096];
            while (in.isReady() && !in.isFinished()) {
                int n = in.read(buffer);
                if (n > 0) {
                    read.write(buffer, 0, n);
                }
            }
        }

        @Override
        public void onAllDataRead() {
            all = read.toByteArray();
            out.setWriteListener(this);
        }

        @Override
        public void onWritePossible() throws IOException {
            while (out.isReady()) {
                if (written == all.length) {
                    async.complete();
                    return;
                }
                int n = Math.min(5000, all.length - written);
                out.write(all, written, n);
                written += n;
            }
        }

        @Override
        public void onError(Throwable failure) {
            async.complete();
        }
    }

    /** Tells the parts of a form. */
    static final class Form extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException, ServletException {
            for (Part part : request.getParts()) {
                long size = part.getSize();
                response.getWriter().print(part.getName() + " " + part.getSubmittedFileName() + " " + size + "\n");
            }
        }
    }

    /** Fails as it is asked to. */
    static final class Failing extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String how = request.getParameter("how");
            switch (how) {
                case "page" -> response.sendError(418);
                case "early" -> throw new IllegalStateException("early");
                default -> {
                    if (how.equals("short")) {
                        response.setContentLength(1000);
                    }
                    response.getOutputStream().print("begun");
                    response.flushBuffer();
                    throw new IllegalStateException("late");
                }
            }
        }
    }

    /** What the client gets for an error. */
    static final class ErrorPage extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().print("the page for " + request.getAttribute("jakarta.servlet.error.status_code"));
        }
    }

    /** Answers of other kinds: cookies, no content, redirects. */
    static final class Kinds extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String kind = request.getParameter("kind");
            switch (kind) {
                case "cookies" -> {
                    response.addCookie(new jakarta.servlet.http.Cookie("one", "1"));
                    response.addCookie(new jakarta.servlet.http.Cookie("two", "2"));
                    response.getWriter().print(cookie(request, "three"));
                }
                case "empty" -> response.setStatus(204);
                case "elsewhere" -> response.sendRedirect("/there");
                case "trailer" -> {
                    response.setTrailerFields(() -> java.util.Map.of("X-Sum", "42"));
                    response.getWriter().print("content");
                }
                default -> response.setStatus(304);
            }
        }

        private static @Nullable String cookie(HttpServletRequest request, String name) {
            if (request.getCookies() == null) {
                return null;
            }
            for (var cookie : request.getCookies()) {
                if (cookie.getName().equals(name)) {
                    return cookie.getValue();
                }
            }
            return null;
        }
    }
}
