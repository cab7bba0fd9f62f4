package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** An API with JSON over a table of SQLite, the file NOTES_DB: GET and POST /notes, DELETE /notes/ID. */
public record Notes(Connection database) {
    /** What the API takes and gives. */
    public record Note(long id, String text) {}

    /** Serves until Ctrl-C: bin/sample notes --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) throws SQLException {
        String file = System.getenv().getOrDefault("NOTES_DB", "notes.sqlite");
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            database.createStatement().execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)");
            Notes notes = new Notes(database);
            Router routes = new Router().get("/notes", request -> notes.list());
            routes.post("/notes", notes::add).delete("/notes/{id}", notes::delete);
            // One thread answers, so one connection will do.
            Worker.builder().run(arguments, routes);
        }
    }

    private Response list() throws SQLException {
        List<Note> notes = new ArrayList<>();
        try (var query = database.prepareStatement("SELECT id, text FROM note ORDER BY id")) {
            for (var rows = query.executeQuery(); rows.next(); ) {
                notes.add(new Note(rows.getLong(1), rows.getString(2)));
            }
        }
        return Response.json(notes);
    }

    private Response add(Request request) throws SQLException {
        Note note = request.json(Note.class);
        try (var insert = database.prepareStatement("INSERT INTO note (text) VALUES (?) RETURNING id")) {
            insert.setString(1, note.text());
            return Response.json(new Note(insert.executeQuery().getLong(1), note.text()))
                    .withStatus(201);
        }
    }

    private Response delete(Request request) throws SQLException {
        try (var delete = database.prepareStatement("DELETE FROM note WHERE id = ?")) {
            delete.setString(1, request.path("id"));
            return delete.executeUpdate() == 1 ? Response.of(204) : Response.error(404, "No such note");
        }
    }
}
