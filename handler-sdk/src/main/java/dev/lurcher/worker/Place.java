package dev.lurcher.worker;

import org.zeromq.ZMQ;

/**
 * What a link is made of, of either kind.
 *
 * @param endpoints where the broker is
 * @param way given to the requests that come, for their replies
 * @param reader reads what comes
 * @param alarm has the owner tend its links; any thread
 */
record Place(ZMQ.Context context, Endpoints endpoints, Way way, MessageReader reader, Runnable alarm) {}
