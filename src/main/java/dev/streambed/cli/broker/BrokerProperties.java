package dev.streambed.cli.broker;

import java.nio.file.Path;
import java.util.Properties;

/** What the embedded broker is told: one node, loopback, small buffers, topics only where somebody asked for them. */
final class BrokerProperties {
    /** The only node of the cluster; must stay the same on one data directory. */
    static final int NODE_ID = 1;

    static final String HOST = "127.0.0.1";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /**
     * The broker's own ceiling for one record batch, 32 MiB. Topics set theirs below it; the largest is {@code embeddings.*}: a document
     * of 1 MiB in windows of 256 tokens is at worst some 4,700 vectors of 384 floats, 7 MiB, and twice that with a wider model.
     */
    static final int MAX_MESSAGE_BYTES = 32 << 20;

    private BrokerProperties() {}

    /**
     * @param directory where the logs are
     * @param port what clients connect to
     * @param controllerPort what the broker's own controller listens on
     */
    static Properties of(Path directory, int port, int controllerPort) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(NODE_ID));
        p.put("log.dirs", directory.toString());
        p.put(
                "listeners",
                "BROKER://" + HOST + ":" + port + "," + CONTROLLER_LISTENER + "://" + HOST + ":" + controllerPort);
        p.put("advertised.listeners", "BROKER://" + HOST + ":" + port);
        p.put("listener.security.protocol.map", "BROKER:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        p.put("inter.broker.listener.name", "BROKER");
        p.put("controller.listener.names", CONTROLLER_LISTENER);
        // Static voters: their address is no part of the data, so the directory can be opened on other ports.
        p.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);

        p.put("auto.create.topics.enable", "false");
        p.put("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES));
        p.put("group.initial.rebalance.delay.ms", "0");

        // One node: nothing to replicate to, and few partitions for the broker's own book-keeping.
        p.put("default.replication.factor", "1");
        p.put("min.insync.replicas", "1");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "1");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("share.coordinator.state.topic.num.partitions", "1");

        // A small machine's share of threads and heap.
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("num.recovery.threads.per.data.dir", "2");
        p.put("background.threads", "2");
        p.put("log.cleaner.threads", "1");
        p.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
        p.put("log.cleaner.io.buffer.size", Integer.toString(256 << 10));
        p.put("log.index.size.max.bytes", Integer.toString(1 << 20));

        // After a kill the node's own old session holds its registration: keep that short.
        p.put("broker.session.timeout.ms", "1500");
        p.put("broker.heartbeat.interval.ms", "300");
        p.put("controlled.shutdown.enable", "false");
        return p;
    }
}
