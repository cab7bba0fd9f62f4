package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.util.LinkedHashSet;
import java.util.Set;

/** Long polls: GET /wait is answered when somebody says something by POST /say. */
public final class Poll {
    private static final String PAGE = """
        <!doctype html><meta charset=utf-8><title>Poll</title>
        <ul id=said></ul><form id=form><input id=text autofocus><button>Say</button></form>
        <script>
        form.onsubmit = () => { fetch('/say', {method: 'POST', body: text.value}); text.value = ''; return false }
        const wait = async () => {
            const answer = await fetch('/wait')
            if (answer.ok) said.append(Object.assign(document.createElement('li'), {textContent: await answer.text()}))
            wait()
        }
        wait()
        </script>
        """;

    /** Who waits. One thread serves, and tells of those who leave: no lock is needed. */
    private final Set<Request> waiting = new LinkedHashSet<>();

    private Poll() {}

    /** Serves until Ctrl-C: bin/sample poll --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Poll poll = new Poll();
        Router routes = new Router();
        routes.get("/", request -> Response.html(PAGE))
                .get("/wait", poll::await)
                .post("/say", poll::say);
        Worker.builder().run(arguments, routes);
    }

    /** Answered later. After a minute the broker answers 504 in its place (column timeout of table handler). */
    private Response await(Request request) {
        waiting.add(request);
        request.onGone(() -> waiting.remove(request));
        return Response.none();
    }

    private Response say(Request request) {
        String text = request.text();
        waiting.forEach(each -> each.reply(Response.text(text)));
        waiting.clear();
        return Response.of(204);
    }
}
