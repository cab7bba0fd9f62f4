package dev.lurcher.samples.webapp;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Answers over a second, without a thread that waits for it. */
@WebServlet(value = "/ticks", asyncSupported = true)
public final class Ticks extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int TICKS = 10;

    private final transient ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        response.setContentType("text/plain;charset=utf-8");
        AsyncContext later = request.startAsync();
        clock.schedule(() -> tick(later, 1), 100, TimeUnit.MILLISECONDS);
    }

    @Override
    public void destroy() {
        clock.shutdown();
    }

    private void tick(AsyncContext later, int number) {
        try {
            later.getResponse().getWriter().println("tick " + number);
            later.getResponse().flushBuffer();
        } catch (IOException e) {
            getServletContext().log("nobody listens any more", e);
            later.complete();
            return;
        }
        if (number == TICKS) {
            later.complete();
        } else {
            clock.schedule(() -> tick(later, number + 1), 100, TimeUnit.MILLISECONDS);
        }
    }
}
