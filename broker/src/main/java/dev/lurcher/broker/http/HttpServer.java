package dev.lurcher.broker.http;

import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.directory.FileAnswers;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.upload.UploadStore;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one server share: what lasts from start to end, and the {@link Snapshot} in force. Any thread; whoever
 * asks for more than one thing of the snapshot takes it once and asks that.
 */
public final class HttpServer {
    /** Value of the Server field in answers of our own. */
    private static final String SERVER = "Lurcher";

    private final Directories directories;
    private final @Nullable UploadStore uploadStore;
    private final Counters counters;
    private final ExchangeLog log;
    private final ContentMemory contentMemory;

    /** One per event loop: it keeps the date of the present second. */
    private final FastThreadLocal<ErrorAnswers> answers = new FastThreadLocal<>() {
        @Override
        protected ErrorAnswers initialValue() {
            return new ErrorAnswers(SERVER, InstantSource.system());
        }
    };

    /** Likewise. */
    private final FastThreadLocal<FileAnswers> fileAnswers = new FastThreadLocal<>() {
        @Override
        protected FileAnswers initialValue() {
            return new FileAnswers(SERVER, InstantSource.system());
        }
    };

    private volatile Snapshot snapshot;
    private volatile boolean draining;
    private volatile boolean overloaded;
    private volatile long revision;
    private volatile boolean secure;

    /**
     * What lasts, whatever the configuration says later.
     *
     * @param directories where files are
     * @param uploadStore where content is kept that is too large for one message; null: nowhere
     */
    public record Backends(
            Directories directories, @Nullable UploadStore uploadStore) {}

    /**
     * Creates a server.
     *
     * @throws java.io.UncheckedIOException as {@link #prepare}
     */
    public HttpServer(Snapshot.Parts first, Backends backends, ExchangeLog log, Counters counters) {
        this.directories = backends.directories();
        this.uploadStore = backends.uploadStore();
        this.log = log;
        this.counters = counters;
        this.contentMemory = new ContentMemory(first.settings().maxContentMemory());
        this.snapshot = new Snapshot(first, contentMemory, null);
    }

    /**
     * Makes what another configuration makes of this server. Nothing changes before {@link #adopt}.
     *
     * @throws java.io.UncheckedIOException where the page for a handler without workers cannot be read
     */
    public Snapshot prepare(Snapshot.Parts next) {
        return new Snapshot(next, contentMemory, snapshot);
    }

    /** Requests whose head comes from now on are served by this one. */
    public void adopt(Snapshot next) {
        snapshot = next;
    }

    /** What is in force now. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** What has happened so far. */
    public Counters counters() {
        return counters;
    }

    /** From now on connections end after the answer they are waiting for, and new requests are refused. */
    public void drain() {
        draining = true;
    }

    /** Says whether the process is short of memory: then new requests are refused, and what is under way goes on. */
    public void overloaded(boolean isShort) {
        overloaded = isShort;
    }

    /** Says which revision of the configuration decides on requests from now on. */
    public void revision(long number) {
        revision = number;
    }

    /** The revision of the configuration in force; 0 where none is known. */
    public long revision() {
        return revision;
    }

    /** Says whether clients that come from now on speak TLS. Those of the other kind leave with their next answer. */
    void secure(boolean speaksTls) {
        secure = speaksTls;
    }

    /** Whether clients that came in like this one still do. */
    boolean takes(Arrival arrival) {
        return secure == arrival.isSecure();
    }

    boolean isOverloaded() {
        return overloaded;
    }

    ContentMemory contentMemory() {
        return contentMemory;
    }

    /** What the contents of requests, and messages, to the workers of one pool may take. */
    ContentMemory contentMemory(HandlerPool pool) {
        ContentMemory share = snapshot.share(pool);
        return share == null ? contentMemory : share;
    }

    boolean isDraining() {
        return draining;
    }

    /** The answers of the event loop that asks. */
    ErrorAnswers answers() {
        return answers.get();
    }

    Directories directories() {
        return directories;
    }

    /** The answers with files of the event loop that asks. */
    FileAnswers fileAnswers() {
        return fileAnswers.get();
    }

    HttpSettings settings() {
        return snapshot.settings();
    }

    /** Whether content that is too large for one message can reach a worker. */
    boolean canUpload() {
        return settings().streamsUploads() || uploadStore != null;
    }

    /** Where uploads are kept; null where they are streamed, or there are none. */
    @Nullable
    UploadStore uploadStore() {
        return settings().streamsUploads() ? null : uploadStore;
    }

    /** The page for a handler without workers, or empty. */
    String page(HandlerPool pool) {
        return snapshot.page(pool);
    }

    /** The value of {@code x-forwarded-for}: the client's address, or null where the client's own field stays. */
    @Nullable
    String forwardedFor(String remoteAddress) {
        return settings().keepsForwardedFor() ? null : remoteAddress;
    }

    void onExchangeEnd(ExchangeRecord record) {
        record.count();
        log.onEnd(record);
    }
}
