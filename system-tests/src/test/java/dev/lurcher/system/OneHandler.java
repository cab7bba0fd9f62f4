package dev.lurcher.system;

import java.io.IOException;
import java.nio.file.Path;

/** The smallest configuration: one server, one host, the route / to one handler. */
record OneHandler(Path directory, Path database, int port) {
    /** The server's uuid. */
    static final String UUID = "site";

    /** Makes the database in a folder. */
    static OneHandler in(Path directory) throws IOException, InterruptedException {
        int port = Addresses.freePort();
        Path database = M2sh.load(directory, """
                worker = Handler(send_spec="ipc://%1$s/requests", send_ident="site", recv_spec="ipc://%1$s/replies",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%2$d,
                    access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                """.formatted(directory, port));
        return new OneHandler(directory, database, port);
    }

    BrokerProcess start() throws IOException, InterruptedException {
        return BrokerProcess.start(database, UUID);
    }

    PyWorker startWorker() throws IOException, InterruptedException {
        return PyWorker.start(directory, "ipc://" + directory + "/requests", "ipc://" + directory + "/replies");
    }
}
