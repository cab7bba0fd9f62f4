package dev.lurcher.samples.webapp;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Counts a visitor's visits in the session, and says which process did. */
@WebServlet("/visits")
public final class Visits extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object before = request.getSession().getAttribute("visits");
        int visits = before instanceof Integer count ? count + 1 : 1;
        request.getSession().setAttribute("visits", visits);
        response.setContentType("text/plain;charset=utf-8");
        response.getWriter()
                .println("Visit " + visits + ", process "
                        + ProcessHandle.current().pid());
    }
}
