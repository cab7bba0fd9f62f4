package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of 2 GiB to one client. */
class StaticDownloadIT {
    private static final long SIZE = 2L << 30;
    private static final long MOST_GROWTH_KIB = 64 << 10;

    @TempDir
    private Path directory;

    @Test
    void sendsTwoGibibytesInLittleMemory() throws Exception {
        try (StaticSite site = StaticSite.lurcher(directory)) {
            try (RandomAccessFile sparse =
                    new RandomAccessFile(directory.resolve("static/huge.bin").toFile(), "rw")) {
                sparse.setLength(SIZE);
            }
            assertEquals(160_000, received(site, "/s/large.bin"));
            long before = residentKib();
            assertEquals(SIZE, received(site, "/s/huge.bin"));
            long growth = residentKib() - before;
            assertTrue(growth <= MOST_GROWTH_KIB, () -> growth + " KiB more");
        }
    }

    /** Bytes of the content. */
    private static long received(StaticSite site, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(site.address());
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(StaticSite.bytes(
                            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[1 << 18];
            int first = in.readNBytes(buffer, 0, 1024);
            String head = new String(buffer, 0, first, StandardCharsets.ISO_8859_1);
            long sum = first - head.indexOf("\r\n\r\n") - 4L;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sum += read;
            }
            return sum;
        }
    }

    private long residentKib() throws IOException {
        String pid = Files.readString(directory.resolve("pid")).strip();
        return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
