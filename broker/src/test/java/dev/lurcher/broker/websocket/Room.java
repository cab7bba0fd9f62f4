package dev.lurcher.broker.websocket;

/** Memory for messages: so many bytes, and how many of them are taken. */
final class Room implements FrameReader.Memory {
    private final long most;
    private long taken;

    Room(long most) {
        this.most = most;
    }

    long taken() {
        return taken;
    }

    @Override
    public boolean take(long bytes) {
        if (taken + bytes > most) {
            return false;
        }
        taken += bytes;
        return true;
    }

    @Override
    public void giveBack(long bytes) {
        taken -= bytes;
    }
}
