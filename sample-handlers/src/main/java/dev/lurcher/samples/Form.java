package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.worker.Cookie;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;

/** Asks for a name by a form, and remembers it by a cookie. */
public final class Form {
    private static final String PAGE = """
        <!doctype html><meta charset=utf-8><title>Form</title>
        <h1>Hello, NAME!</h1>
        <form method=post><input name=name required autofocus><button>That is my name</button></form>
        """;

    private Form() {}

    /** Serves until Ctrl-C: bin/sample form --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, new Router().get("/", Form::show).post("/", Form::take));
    }

    private static Response show(Request request) {
        String cookie = request.cookie("name");
        String name = cookie == null ? "whoever you are" : URLDecoder.decode(cookie, UTF_8);
        return Response.html(PAGE.replace("NAME", name.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static Response take(Request request) {
        String name = request.form("name");
        if (name == null || name.isBlank() || name.length() > 50) {
            return Response.error(400, "A name has 1 to 50 characters");
        }
        Cookie cookie = new Cookie("name", URLEncoder.encode(name, UTF_8)).withMaxAge(Duration.ofDays(30));
        return Response.redirect("/").withStatus(303).withCookie(cookie);
    }
}
