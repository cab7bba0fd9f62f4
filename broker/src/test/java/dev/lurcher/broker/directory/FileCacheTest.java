package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.FileState.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FileCacheTest {
    private static final long NOW = 1_000_000_000L;
    private static final Tree TREE = new Tree(
            Path.of("/base"),
            new Target.Directory(1, "/base/", "index.html", "text/plain", 0, DirectoryPolicy.USUAL),
            new MediaTypes(Map.of()));

    private static FileCache.Key key(String name) {
        return new FileCache.Key(TREE, name);
    }

    /** @param age of the latest change, in milliseconds */
    private static Resource resource(String name, long size, long version, long age) {
        long changed = TimeUnit.MILLISECONDS.toNanos(NOW - age);
        FileState state = new FileState(Path.of("/base", name), Kind.FILE, size, version, changed, "1:" + name);
        return new Resource(new Representation(state, null, "text/plain", ""), List.of(), NOW);
    }

    @Test
    void keepsTheContentOfAFileThatIsStillTheSame() {
        FileCache cache = new FileCache(1 << 20);
        Resource first = cache.seen(key("a"), resource("a", 3, 1, 5000));
        cache.keep(key("a"), first, first.plain(), new byte[] {1, 2, 3});
        assertSame(first, cache.seen(key("a"), resource("a", 3, 1, 5000)));
        assertArrayEquals(
                new byte[] {1, 2, 3},
                Objects.requireNonNull(cache.get(key("a"))).plain().content());
    }

    @Test
    void dropsTheContentOfAFileThatHasChanged() {
        FileCache cache = new FileCache(1 << 20);
        Resource first = cache.seen(key("a"), resource("a", 3, 1, 5000));
        cache.keep(key("a"), first, first.plain(), new byte[3]);
        Resource second = cache.seen(key("a"), resource("a", 3, 2, 5000));
        assertNotSame(first, second);
        assertNull(second.plain().content());
        assertEquals(second.weight(), cache.bytes());
    }

    @Test
    void doesNotTrustAFileThatChangedWhenItWasRead() {
        FileCache cache = new FileCache(1 << 20);
        Resource first = cache.seen(key("a"), resource("a", 3, 1, 10));
        assertNotSame(first, cache.seen(key("a"), resource("a", 3, 1, 10)));
    }

    @Test
    void keepsNoContentOfAFileThatHasLeft() {
        FileCache cache = new FileCache(1 << 20);
        Resource first = cache.seen(key("a"), resource("a", 3, 1, 5000));
        cache.forget(key("a"));
        cache.keep(key("a"), first, first.plain(), new byte[3]);
        assertEquals(0, cache.bytes());
        assertNull(cache.get(key("a")));
    }

    @Test
    void keepsNothingWhereNothingMayBeKept() {
        FileCache cache = new FileCache(0);
        cache.seen(key("a"), resource("a", 3, 1, 5000));
        assertNull(cache.get(key("a")));
        assertEquals(0, cache.bytes());
    }

    @Test
    void lastLetsGoOfWhatIsAskedFor() {
        FileCache cache = new FileCache(10 * 1024);
        cache.seen(key("hot"), resource("hot", 1, 1, 5000));
        for (int i = 0; i < 100; i++) {
            assertNotNull(cache.get(key("hot")), "after " + i);
            cache.seen(key("cold" + i), resource("cold" + i, 1, 1, 5000));
        }
        assertEquals(10, cache.size());
        assertNull(cache.get(key("cold0")));
    }

    @Property(tries = 300)
    void countsWhatItHolds(@ForAll long seed) {
        Random random = new Random(seed);
        FileCache cache = new FileCache(20_000);
        for (int i = 0; i < 300; i++) {
            FileCache.Key key = key("file" + random.nextInt(20));
            switch (random.nextInt(4)) {
                case 0 -> cache.get(key);
                case 1 -> cache.forget(key);
                default -> {
                    Resource seen = cache.seen(key, resource(key.name(), 1, random.nextInt(2), 5000));
                    cache.keep(key, seen, seen.plain(), new byte[random.nextInt(8000)]);
                }
            }
            long sum = 0;
            for (int name = 0; name < 20; name++) {
                Resource held = cache.get(key("file" + name));
                sum += held == null ? 0 : held.weight();
            }
            assertEquals(sum, cache.bytes());
            assertTrue(cache.bytes() <= 20_000);
        }
    }

    @Test
    void countsTimeInWholeSecondsAsMongrel2Does() {
        Resource file = resource("a", 3, 1, 5000);
        long second = NOW / 1000;
        assertTrue(file.isBelieved(second, 0));
        assertTrue(!file.isBelieved(second + 1, 0));
        assertTrue(file.isBelieved(second + 5, 5));
        assertTrue(!file.isBelieved(second + 6, 5));
        assertTrue(!file.isBelieved(second - 1, 5), "the clock was set back");
    }
}
