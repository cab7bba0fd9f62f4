package dev.lurcher.broker.telemetry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * So many requests; a new one takes the place of the oldest.
 * <p>Thread: one event loop.
 */
final class RequestRing {
    private final @Nullable RequestSlot[] slots;
    private int next;

    /** @param size how many, from 0 */
    RequestRing(int size) {
        slots = new @Nullable RequestSlot[size];
    }

    void take(RememberedExchange exchange) {
        if (slots.length == 0) {
            return;
        }
        RequestSlot slot = slots[next];
        if (slot == null) {
            slot = new RequestSlot();
            slots[next] = slot;
        }
        slot.take(exchange);
        next = next + 1 == slots.length ? 0 : next + 1;
    }

    @Nullable
    RequestSlot find(long requestId) {
        for (RequestSlot slot : slots) {
            if (slot != null && slot.requestId == requestId) {
                return slot;
            }
        }
        return null;
    }

    /** The latest, newest first. */
    List<RequestSlot> latest(int most) {
        List<RequestSlot> latest = new ArrayList<>();
        for (int i = 1; i <= slots.length && latest.size() < most; i++) {
            RequestSlot slot = slots[Math.floorMod(next - i, slots.length)];
            if (slot == null) {
                break;
            }
            latest.add(slot);
        }
        return latest;
    }
}
