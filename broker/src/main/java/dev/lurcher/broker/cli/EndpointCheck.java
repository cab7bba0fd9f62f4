package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.ZmtpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at what a server binds: is it an endpoint, who can reach it, and does anything else of the server want the port. */
final class EndpointCheck implements ServerCheck {
    private static final Set<String> ALL_ADDRESSES = Set.of("*", "0.0.0.0", "::");
    private static final String FORMS = "tcp://ADDRESS:PORT, ipc://PATH";

    /** A TCP port that the server listens at. */
    private record Listening(Place place, String text, String host, int port) {
        boolean clashes(Listening other) {
            return port != 0
                    && port == other.port
                    && !text.equals(other.text)
                    && (host.equals(other.host) || ALL_ADDRESSES.contains(host) || ALL_ADDRESSES.contains(other.host));
        }
    }

    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        Server server = draft.server();
        boolean isInsecureAllowed = draft.settings().flag(Setting.INSECURE_BIND);
        List<Listening> listening = new ArrayList<>();
        listening.add(new Listening(
                new Place("server", server.row(), "port"),
                String.valueOf(server.port()),
                server.bindAddress(),
                server.port()));
        Consumer<Listening> claim = wanted -> {
            listening.stream()
                    .filter(wanted::clashes)
                    .findFirst()
                    .ifPresent(earlier -> problems.accept(clash(wanted, earlier)));
            listening.add(wanted);
        };
        for (Target.Handler handler : server.handlers()) {
            Place send = new Place("handler", handler.row(), "send_spec");
            Place receive = new Place("handler", handler.row(), "recv_spec");
            boolean mayBeReached =
                    isInsecureAllowed || draft.admissions().of(handler).isClosed();
            check(send, handler.sendSpec(), mayBeReached, claim, problems);
            check(receive, handler.recvSpec(), mayBeReached, claim, problems);
        }
        Place control = new Place("server", server.row(), "control_port");
        boolean mayBeReached = isInsecureAllowed || draft.admissions().control().isClosed();
        check(control, server.controlPort(), mayBeReached, claim, problems);
    }

    private static void check(
            Place place, String text, boolean mayBeReached, Consumer<Listening> claim, Consumer<Problem> problems) {
        if (text.isEmpty()) {
            return;
        }
        try {
            Endpoint endpoint = Endpoint.parse(text);
            if (!mayBeReached && !endpoint.loopbackOnly()) {
                problems.accept(insecure(place, text));
            }
            if (endpoint instanceof Endpoint.Tcp tcp) {
                claim.accept(new Listening(place, text, tcp.host(), tcp.port()));
            }
        } catch (ZmtpException e) {
            problems.accept(unreadable(place, text, String.valueOf(e.getMessage())));
        }
    }

    private static Problem insecure(Place place, String text) {
        return Problem.error(
                place,
                text,
                "other machines can reach this endpoint, and whoever reaches it can take requests and answer clients",
                "addresses of this machine only, as tcp://127.0.0.1:PORT or ipc://PATH",
                "bind it to one of these; or let in only whom you know, by CURVE and a list of keys (docs/security.md); or, in"
                        + " a network where you trust everybody, set insecure_bind to 1 (table setting)");
    }

    private static Problem clash(Listening wanted, Listening earlier) {
        return Problem.error(
                wanted.place(),
                wanted.text(),
                earlier.place() + " = " + Problem.quoted(earlier.text()) + " takes the same port",
                "",
                "choose another port");
    }

    /** The transport's own words; they name the endpoint first and the fix last. */
    private static Problem unreadable(Place place, String text, String message) {
        int fault = message.indexOf("\": ") < 0 ? 0 : message.indexOf("\": ") + 3;
        int fix = message.lastIndexOf(". Fix: ");
        return fix < fault
                ? Problem.error(place, text, message, FORMS, "correct it")
                : Problem.error(
                        place,
                        text,
                        message.substring(fault, fix),
                        FORMS,
                        message.substring(fix + 7, message.length() - 1));
    }
}
