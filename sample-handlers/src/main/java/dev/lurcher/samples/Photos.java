package dev.lurcher.samples;

import dev.lurcher.worker.FormFile;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes pictures by a form, keeps them in the folder PHOTOS, and shows them. */
public record Photos(Path folder) {
    private static final String PAGE = """
        <!doctype html><meta charset=utf-8><title>Photos</title>
        <form method=post enctype=multipart/form-data><input type=file name=photo required><button>Add</button></form>
        """;

    /** Serves until Ctrl-C: bin/sample photos --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(System.getenv().getOrDefault("PHOTOS", "photos"));
        Photos photos = new Photos(Files.createDirectories(folder));
        Router routes = new Router();
        routes.get("/", request -> photos.list()).post("/", photos::add).get("/photos/{name}", photos::show);
        Worker.builder().threads(20).run(arguments, routes);
    }

    private Response list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Stream<String> shown = files.map(file -> "<img height=200 src=/photos/" + file.getFileName() + ">\n");
            return Response.html(PAGE + shown.sorted().collect(Collectors.joining()));
        }
    }

    private Response add(Request request) throws IOException {
        FormFile photo = request.file("photo");
        if (photo == null || !photo.contentType().matches("image/(png|jpeg|gif|webp)")) {
            return Response.error(415, "A picture is wanted: PNG, JPEG, GIF or WebP");
        }
        photo.saveTo(
                folder.resolve(UUID.randomUUID() + "." + photo.contentType().substring("image/".length())));
        return Response.redirect("/").withStatus(303);
    }

    /** A name from outside becomes a path only if it looks like one that was given here. */
    private Response show(Request request) {
        String name = String.valueOf(request.path("name"));
        boolean ours = name.matches("[0-9a-f-]{36}\\.[a-z]{3,4}");
        return ours ? Response.file(folder.resolve(name)) : Response.error(404, "No such picture");
    }
}
