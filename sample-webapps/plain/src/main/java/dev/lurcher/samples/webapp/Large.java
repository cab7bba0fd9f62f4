package dev.lurcher.samples.webapp;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;

/** Writes as many bytes as it is asked for, however slowly they are taken. */
@WebServlet("/large")
public final class Large extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String bytes = request.getParameter("bytes");
        if (bytes == null || !bytes.matches("[0-9]{1,12}")) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "bytes=NUMBER is wanted");
            return;
        }
        response.setContentType("application/octet-stream");
        OutputStream content = response.getOutputStream();
        byte[] piece = new byte[16 * 1024];
        for (long left = Long.parseLong(bytes); left > 0; left -= piece.length) {
            content.write(piece, 0, (int) Math.min(left, piece.length));
        }
    }
}
