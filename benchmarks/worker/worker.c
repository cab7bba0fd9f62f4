/* A worker that costs as little as one can: it answers every request with the same bytes.
 *
 *   worker SEND_SPEC RECV_SPEC        the endpoints of one handler, as in its row of the database
 *
 * Requests of a path that begins with /large get 256 KiB, all others "hello". Takes all messages that are there at each
 * wake-up, copies only the words of the reply's address, allocates nothing, and ends with the process that started it.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <zmq.h>

enum {
    MOST_REQUEST = 65536, /* bytes kept of a request: its first three words are what counts */
    MOST_ADDRESS = 512,   /* "sender length:id, ", written before the answer */
    HELLO_CONTENT = 6,
    LARGE_CONTENT = 256 * 1024,
    HEAD = 256
};

static const char SENDING[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n";

struct answer {
    char *bytes; /* MOST_ADDRESS bytes of room, then the HTTP answer */
    size_t length; /* of the HTTP answer */
};

static void fail(const char *what) {
    fprintf(stderr, "worker: %s: %s\n", what, zmq_strerror(errno));
    exit(1);
}

static struct answer answer(const char *content, int length) {
    struct answer made = {malloc(MOST_ADDRESS + HEAD + (size_t)length), 0};
    if (made.bytes == NULL) fail("memory");
    int head = snprintf(made.bytes + MOST_ADDRESS, HEAD, SENDING, length);
    memcpy(made.bytes + MOST_ADDRESS + head, content, (size_t)length);
    made.length = (size_t)(head + length);
    return made;
}

static void *endpoint(void *context, int type, const char *where) {
    int unbounded = 0, reconnect_ms = 5, linger_ms = 0;
    void *socket = zmq_socket(context, type);
    if (socket == NULL) fail("socket");
    zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &reconnect_ms, sizeof reconnect_ms);
    zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof linger_ms);
    /* A PUB socket drops what exceeds its bound; a lost answer would be counted against the server. */
    if (type == ZMQ_PUB) zmq_setsockopt(socket, ZMQ_SNDHWM, &unbounded, sizeof unbounded);
    if (zmq_connect(socket, where) != 0) fail(where);
    return socket;
}

/* Answers "sender id path headers content"; a notice (path "@*") wants no answer. */
static void reply(void *out, const char *request, size_t length, const struct answer *hello, const struct answer *large) {
    const char *end = request + length;
    const char *id = memchr(request, ' ', length);
    const char *path = id == NULL ? NULL : memchr(id + 1, ' ', (size_t)(end - id - 1));
    if (path == NULL || end - path < 8) {
        fprintf(stderr, "worker: not a request: %.*s\n", (int)(length < 200 ? length : 200), request);
        exit(1);
    }
    if (path[1] == '@') return;
    const struct answer *chosen = memcmp(path + 1, "/large", 6) == 0 ? large : hello;
    char address[MOST_ADDRESS];
    int sender_length = (int)(id - request), id_length = (int)(path - id - 1);
    int used = snprintf(address, sizeof address, "%.*s %d:%.*s, ", sender_length, request, id_length, id_length, id + 1);
    if (used < 0 || used >= MOST_ADDRESS) fail("address");
    char *start = chosen->bytes + MOST_ADDRESS - used;
    memcpy(start, address, (size_t)used);
    while (zmq_send(out, start, (size_t)used + chosen->length, 0) < 0) {
        if (errno != EINTR) fail("send");
    }
}

int main(int count, char **words) {
    static char request[MOST_REQUEST];
    static char content[LARGE_CONTENT];
    if (count != 3) {
        fprintf(stderr, "Usage: worker SEND_SPEC RECV_SPEC\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    memset(content, 'x', sizeof content);
    struct answer hello = answer("hello\n", HELLO_CONTENT);
    struct answer large = answer(content, LARGE_CONTENT);
    void *context = zmq_ctx_new();
    void *in = endpoint(context, ZMQ_PULL, words[1]);
    void *out = endpoint(context, ZMQ_PUB, words[2]);
    int flags = 0;
    for (;;) {
        int length = zmq_recv(in, request, sizeof request, flags);
        if (length >= 0) {
            reply(out, request, length < MOST_REQUEST ? (size_t)length : MOST_REQUEST, &hello, &large);
            flags = ZMQ_DONTWAIT;
        } else if (errno == EAGAIN) {
            flags = 0; /* nothing more is there: sleep until something is */
        } else if (errno != EINTR) {
            fail("receive");
        }
    }
}
