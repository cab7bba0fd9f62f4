package dev.lurcher.system;

import java.nio.file.Path;

/** Mongrel2 and this broker with the same configuration, and a worker behind each. */
record FrontPair(Front mongrel2, Front lurcher) implements AutoCloseable {
    private static final String CONFIGURATION = """
            worker = Handler(send_spec="ipc://DIRECTORY/requests", send_ident="34f9ceee-cd52-4b7f-b197-88bf2f0ec378",
                recv_spec="ipc://DIRECTORY/replies", recv_ident="", protocol="FORM")
            main = Server(uuid="differences", name="differences", default_host="localhost", bind_addr="127.0.0.1",
                port=PORT, chroot="", access_log="DIRECTORY/access.log", error_log="DIRECTORY/error.log",
                pid_file="DIRECTORY/pid", hosts=[
                    Host(name="localhost", routes={"/": worker, "@chat": worker, "<chat": worker, "/users/([0-9]+)": worker, "/users": worker,
                        "/users/people/([0-9]+)$": worker, "/cars-fast/([a-z]-)$": worker, "/exact()$": worker,
                        "/img/(.*).jpg$": worker, "/img/(.*).png$": worker}),
                    Host(name="example.com", routes={"/images/": worker, "/users": worker}),
                    Host(name="foo", matching="(X+)foo", routes={"/": worker}),
                    Host(name="[::1]", routes={"/six": worker})])
            servers = [main]
            settings = {SETTINGS "server.daemonize": 0}
            """;
    private static final String UUID = "differences";

    /**
     * Starts both.
     *
     * @param form of the headers: json or tnetstring
     * @param settings for both, in m2sh's language, each with a comma after it
     */
    static FrontPair start(Path directory, String form, String settings) throws Exception {
        String configuration = CONFIGURATION.replace("FORM", form).replace("SETTINGS", settings);
        Front mongrel2 = Front.start(
                directory.resolve("mongrel2"),
                configuration,
                (database, address) -> Mongrel2Process.start(database, UUID, address));
        try {
            Front lurcher = Front.start(
                    directory.resolve("lurcher"),
                    configuration,
                    (database, address) -> BrokerProcess.start(database, UUID));
            return new FrontPair(mongrel2, lurcher);
        } catch (Exception | Error e) {
            mongrel2.close();
            throw e;
        }
    }

    @Override
    public void close() throws Exception {
        try (mongrel2;
                lurcher) {
            // Both, whatever the first one says.
        }
    }
}
