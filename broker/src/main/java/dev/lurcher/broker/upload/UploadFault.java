package dev.lurcher.broker.upload;

/** Why the content of a request could not be kept. */
public enum UploadFault {
    /** All uploads together would take more than {@code upload.total_bytes}. */
    BOUND("uploads take all the room that they may have"),
    /** The file system has no room left, or the quota of the broker's user is used up. */
    DISK_FULL("there is no room left on the disk"),
    /** The file could not be made or written for another reason, which is logged. */
    BROKEN("it cannot be written to the disk");

    private final String detail;

    UploadFault(String detail) {
        this.detail = detail;
    }

    /** What to tell the client; names nothing of this machine. */
    public String detail() {
        return detail;
    }
}
