package dev.lurcher.worker;

/** A worker process: says "begun" for each request and answers it when a byte comes on standard input. */
final class SlowWorker {
    private SlowWorker() {}

    public static void main(String[] arguments) {
        Endpoints endpoints = new Endpoints(arguments[0], arguments[1], arguments[2]);
        boolean classic = Boolean.parseBoolean(arguments[3]);
        try (Worker worker =
                Worker.builder().brokers(endpoints).classic(classic).build()) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("asked to end")));
            worker.serve(request -> {
                System.out.println("begun");
                System.in.read();
                return Response.text("finished");
            });
        }
    }
}
