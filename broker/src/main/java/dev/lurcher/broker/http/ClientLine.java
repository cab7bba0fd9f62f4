package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import io.netty.channel.Channel;

/**
 * What there is between a client and its connection: the ways in both directions, and the deadlines on them.
 *
 * @param context what the channel's event loop owns
 */
record ClientLine(
        Channel channel, LoopContext context, ClientInput input, ClientOutput output, ConnectionDeadlines deadlines) {}
