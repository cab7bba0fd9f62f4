package dev.lurcher.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Leads requests to responders by method and path.
 *
 * <pre>{@code
 * Router routes = new Router()
 *         .get("/users/{id}", request -> Response.text("user " + request.path("id")))
 *         .post("/users", this::create)
 *         .get("/files/{name...}", this::download)
 *         .webSocket("/chat", new Chat());
 * }</pre>
 *
 * <p>A path is the whole path as the client asks for it, the broker's route included. {@code {name}} stands for one segment,
 * {@code {name...}} at the end for one or more; the responder finds them decoded by {@link Request#path(String)}. Words go before
 * {@code {name}}, and that before {@code {name...}}, in whatever order the routes were added. {@code /a} and {@code /a/} are two
 * paths.
 *
 * <p>What has no route gets 404, a method that a path does not have 405 with {@code Allow}. HEAD is answered by what answers GET,
 * OPTIONS by the methods that there are, unless they have routes of their own.
 *
 * <p>Routes and filters are added before it is used; afterwards any thread may use it.
 */
public final class Router implements Responder {
    private static final String WEBSOCKET = "WEBSOCKET";

    private final Branch root = new Branch();
    private final Map<String, Responder> messages = new HashMap<>();
    private final List<Filter> filters = new ArrayList<>();

    /** A segment of a path, and what comes behind it. */
    private static final class Branch {
        final Map<String, Branch> words = new HashMap<>();
        final Map<String, Route> routes = new HashMap<>();
        /** Routes whose last name stands for all that is left. */
        final Map<String, Route> tails = new HashMap<>();

        @Nullable
        Branch any;
    }

    private record Route(List<String> names, Responder responder) {}

    /** Makes a router without routes. */
    public Router() {}

    /** Adds a route for GET, and HEAD. */
    public Router get(String path, Responder responder) {
        return route("GET", path, responder);
    }

    /** Adds a route for POST. */
    public Router post(String path, Responder responder) {
        return route("POST", path, responder);
    }

    /** Adds a route for PUT. */
    public Router put(String path, Responder responder) {
        return route("PUT", path, responder);
    }

    /** Adds a route for PATCH. */
    public Router patch(String path, Responder responder) {
        return route("PATCH", path, responder);
    }

    /** Adds a route for DELETE. */
    public Router delete(String path, Responder responder) {
        return route("DELETE", path, responder);
    }

    /** Adds a route for WebSockets. */
    public Router webSocket(String path, WebSocketListener listener) {
        return route(WEBSOCKET, path, new WebSockets(listener));
    }

    /**
     * Adds a route for the messages of message sockets.
     *
     * @param path as the client says it: {@code @name}, or {@code <tag}
     */
    public Router message(String path, Responder responder) {
        messages.put(path, responder);
        return this;
    }

    /**
     * Adds a route for any method.
     *
     * @throws IllegalArgumentException if the path does not begin with a slash, a name is not closed, empty, or not last though it
     *     stands for more than a segment, or there is such a route already
     */
    public Router route(String method, String path, Responder responder) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path \"" + path + "\": it begins with a slash");
        }
        Branch branch = root;
        List<String> names = new ArrayList<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            if (!segment.startsWith("{")) {
                branch = branch.words.computeIfAbsent(segment, word -> new Branch());
                continue;
            }
            boolean tail = segment.endsWith("...}");
            String name = segment.endsWith("}") ? segment.substring(1, segment.length() - (tail ? 4 : 1)) : "";
            if (name.isEmpty() || (tail && i < segments.length - 1)) {
                throw new IllegalArgumentException("path \"" + path + "\": {name}, and {name...} only at the end");
            }
            names.add(name);
            if (tail) {
                add(branch.tails, method, path, new Route(names, responder));
                return this;
            }
            branch.any = branch.any == null ? new Branch() : branch.any;
            branch = branch.any;
        }
        add(branch.routes, method, path, new Route(names, responder));
        return this;
    }

    /**
     * Adds a filter. The first one that is added sees requests first and answers last. Filters see everything but the messages of
     * WebSockets and message sockets: also what has no route.
     */
    public Router filter(Filter filter) {
        filters.add(filter);
        return this;
    }

    @Override
    public Response respond(Request request) throws Exception {
        boolean filtered = !request.isMessage() && !request.method().equals(WEBSOCKET);
        return filtered ? respond(request, 0) : lead(request);
    }

    private Response respond(Request request, int filter) throws Exception {
        if (filter < filters.size()) {
            return filters.get(filter).filter(request, next -> respond(next, filter + 1));
        }
        try {
            return lead(request);
        } catch (ResponseException e) {
            return e.response();
        }
    }

    private Response lead(Request request) throws Exception {
        if (request.isMessage()) {
            Responder responder = messages.get(request.path());
            return responder == null ? Response.none() : responder.respond(request);
        }
        String method = request.method().startsWith(WEBSOCKET) ? WEBSOCKET : request.method();
        Search search = new Search(request.path(), method);
        Route route = search.find(root, 0);
        if (route == null) {
            return refuse(method, search.allowed);
        }
        request.pathParameters(search.parameters(route.names()));
        return route.responder().respond(request);
    }

    private static Response refuse(String method, Set<String> known) {
        if (known.isEmpty()) {
            return Response.error(404, "Not Found");
        }
        if (known.remove(WEBSOCKET) && known.isEmpty()) {
            return Response.error(426, "Upgrade Required").withField("Upgrade", "websocket");
        }
        if (known.contains("GET")) {
            known.add("HEAD");
        }
        known.add("OPTIONS");
        String allow = String.join(", ", known);
        return method.equals("OPTIONS")
                ? Response.of(204).withField("Allow", allow)
                : Response.error(405, "Method Not Allowed").withField("Allow", allow);
    }

    private static void add(Map<String, Route> routes, String method, String path, Route route) {
        if (routes.putIfAbsent(method, route) != null) {
            throw new IllegalArgumentException(method + " " + path + ": there is such a route already");
        }
    }

    /** Looks for the route of one request. */
    private static final class Search {
        final Set<String> allowed = new TreeSet<>();
        private final String[] segments;
        private final String method;
        private final List<String> values = new ArrayList<>();

        Search(String path, String method) {
            this.method = method;
            segments = path.startsWith("/") ? path.substring(1).split("/", -1) : new String[] {path, ""};
            for (int i = 0; i < segments.length; i++) {
                segments[i] = PercentCode.decode(segments[i], false);
            }
        }

        @Nullable
        Route find(Branch branch, int at) {
            if (at == segments.length) {
                return choose(branch.routes);
            }
            Branch word = branch.words.get(segments[at]);
            Route found = word == null ? null : find(word, at + 1);
            if (found == null && branch.any != null && !segments[at].isEmpty()) {
                values.add(segments[at]);
                found = find(branch.any, at + 1);
                if (found == null) {
                    values.remove(values.size() - 1);
                }
            }
            if (found == null && !branch.tails.isEmpty()) {
                found = choose(branch.tails);
                if (found != null) {
                    values.add(String.join("/", List.of(segments).subList(at, segments.length)));
                }
            }
            return found;
        }

        Map<String, String> parameters(List<String> names) {
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                parameters.put(names.get(i), values.get(i));
            }
            return parameters;
        }

        private @Nullable Route choose(Map<String, Route> routes) {
            Route route = routes.get(method);
            if (route == null && method.equals("HEAD")) {
                route = routes.get("GET");
            }
            if (route == null) {
                allowed.addAll(routes.keySet());
            }
            return route;
        }
    }
}
