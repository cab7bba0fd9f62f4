package dev.lurcher.samples.webapp;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Takes a form with files, or any content, and says what it got. */
@WebServlet("/upload")
@MultipartConfig(fileSizeThreshold = 64 * 1024)
public final class Upload extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setContentType("text/plain;charset=utf-8");
        String type = request.getContentType();
        if (type == null || !type.startsWith("multipart/form-data")) {
            response.getWriter().println(size(request.getInputStream()) + " bytes");
            return;
        }
        for (Part part : request.getParts()) {
            String name = part.getSubmittedFileName() == null ? part.getName() : part.getSubmittedFileName();
            response.getWriter().println(name + ": " + size(part.getInputStream()) + " bytes");
        }
    }

    private static long size(InputStream content) throws IOException {
        return content.transferTo(OutputStream.nullOutputStream());
    }
}
