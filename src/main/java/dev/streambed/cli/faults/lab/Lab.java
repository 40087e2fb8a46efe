package dev.streambed.cli.faults.lab;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faults.oracle.Acknowledgements;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Answers;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Workload;
import dev.streambed.cli.faults.process.BrokerProcess;
import dev.streambed.cli.faults.process.MilvusServer;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.RunFailedException;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.MilvusProxy;
import dev.streambed.cli.faults.proxy.TcpProxy;
import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.topics.TopicAdmin;
import dev.streambed.cli.topics.TopicSpec;
import dev.streambed.cli.topics.TopicState;
import dev.streambed.cli.topics.TopicsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The surroundings of one run, with the hands to disturb them: a broker of its own behind a {@link TcpProxy}, the suite's Milvus behind
 * a {@link MilvusProxy}, and as many services as the scenario starts. Owned by the run's thread.
 */
public final class Lab implements AutoCloseable {
    /** How long a part may take to do what it is asked for. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    /** The dead process's last requests may still be on the broker's side of the wire. */
    private static final long LAST_REQUESTS_MILLIS = 50;

    /** From the store's return to the first success. */
    private static final long RETURN_MILLIS = 5_000;

    /** From a kill -9 of what is started again at once to the first answer. */
    private static final long PROCESSING_MILLIS = 15_000;

    private final Path directory;
    private final Setup setup;
    private final boolean model;
    private final Random random;
    private final MilvusServer milvus;
    private final BrokerProcess broker;
    private final TcpProxy kafka;
    private final MilvusProxy store;
    private final Acknowledgements acknowledged = new Acknowledgements();
    private final RowWrites rowWrites = new RowWrites();
    private final StreambedConfig config;
    private final Map<String, String> settings;
    private final Answers answers;
    private final Cluster cluster;
    private final Feed feed;
    private final Workload workload;
    private final List<ServiceProcess> services = new ArrayList<>();
    private final List<BrokerProcess> others = new ArrayList<>();
    private final List<TcpProxy> ways = new ArrayList<>(); // to the other brokers
    private final List<Long> killToProcessing = new ArrayList<>();
    private final List<Long> takeover = new ArrayList<>();
    private final List<Long> returnToSuccess = new ArrayList<>();
    private final List<Long> slowed = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Set<String> excused = new HashSet<>();
    private final RepeatBound repeats = new RepeatBound();
    private int unbounded;
    private boolean backlogStays;
    private final List<AutoCloseable> kept = new ArrayList<>();

    private Lab(Path directory, long seed, Setup setup, MilvusServer milvus) throws Exception {
        this.directory = directory;
        this.setup = setup;
        this.milvus = milvus;
        this.random = new Random(seed);
        this.model = setup.modelAllowed() && random.nextInt(5) == 0;
        this.broker = new BrokerProcess(directory.resolve("broker"), setup.brokerSettings());
        this.kafka = TcpProxy.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.proxiedPort()));
        this.store = MilvusProxy.start(0, "http://127.0.0.1:" + milvus.port(), acknowledged.andThen(rowWrites));
        broker.start(kafka.port());
        this.settings = settings();
        this.config = config(settings);
        createTopics();
        this.cluster = new Cluster(broker.bootstrapServers());
        this.answers = new Answers(
                broker.bootstrapServers(),
                config.topics().completions(),
                partitions(config.topics().completions()));
        this.feed = new Feed(
                broker.bootstrapServers(),
                config.topics().documents(),
                config.topics().documentsBulk());
        this.workload = new Workload(seed, "event");
        try (Store probe = Store.probe("http://127.0.0.1:" + milvus.port(), Store.DEADLINE)) {
            probe.prepare();
        }
    }

    /**
     * Starts the broker and the proxies; the services are the scenario's.
     *
     * @param directory of this run
     * @param milvus running
     */
    public static Lab open(Path directory, long seed, Setup setup, MilvusServer milvus) {
        try {
            return new Lab(directory, seed, setup, milvus);
        } catch (RunFailedException e) {
            throw e;
        } catch (Exception e) {
            throw new RunFailedException("the run's surroundings cannot be set up: " + e.getMessage(), e);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("kafka.bootstrap.servers", kafka.address());
        all.put("milvus.uri", store.uri());
        all.put("milvus.collection", "faults_" + UUID.randomUUID().toString().replace('-', '_'));
        all.put("milvus.deadline", "3s");
        all.putAll(setup.serviceSettings());
        return all;
    }

    private StreambedConfig config(Map<String, String> values) {
        Map<String, ConfigValue> flags = new HashMap<>();
        values.forEach((key, value) -> flags.put(key, new ConfigValue(value, "run")));
        return ConfigLoader.load(null, Map.of(), flags).config();
    }

    /** Creates what is missing. */
    public void createTopics() throws Exception {
        try (TopicAdmin topics =
                new TopicAdmin(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
            List<TopicSpec> specs = TopicsFile.read(config);
            for (TopicState state : topics.compare(specs)) {
                topics.create(state.spec());
            }
            topics.awaitPresent(specs);
        }
    }

    /** How many partitions a topic has. */
    public int partitionsOf(String topic) {
        return partitions(topic);
    }

    private int partitions(String topic) {
        return TopicsFile.read(config).stream()
                .filter(spec -> spec.name().equals(topic))
                .mapToInt(TopicSpec::partitions)
                .findFirst()
                .orElseThrow();
    }

    public Random random() {
        return random;
    }

    public Workload workload() {
        return workload;
    }

    public Feed feed() {
        return feed;
    }

    public Answers answers() {
        return answers;
    }

    public BrokerProcess broker() {
        return broker;
    }

    /** What the services reach the broker through. */
    public TcpProxy kafka() {
        return kafka;
    }

    /**
     * Moves a topic, with what is in it, to another broker, which is started for it.
     *
     * @return what the services reach that broker through
     */
    public TcpProxy moveAway(String topic) {
        BrokerProcess second = BrokerProcess.beside(broker, directory.resolve("broker-2"));
        TcpProxy proxy;
        try {
            proxy = TcpProxy.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), second.proxiedPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        others.add(second);
        ways.add(proxy);
        second.start(proxy.port());
        cluster.move(topic, 2);
        return proxy;
    }

    /** What the services reach the store through. */
    public MilvusProxy store() {
        return store;
    }

    /** What the store took through {@link #store}. */
    public RowWrites rowWrites() {
        return rowWrites;
    }

    public MilvusServer milvus() {
        return milvus;
    }

    public StreambedConfig config() {
        return config;
    }

    Setup setup() {
        return setup;
    }

    Acknowledgements acknowledged() {
        return acknowledged;
    }

    List<ServiceProcess> services() {
        return services;
    }

    public boolean usesModel() {
        return model;
    }

    /** The broker's books. */
    public Cluster cluster() {
        return cluster;
    }

    /** The store past the proxy; the caller closes it. */
    public Store storeItself(int dimension, String fingerprint) {
        return Store.of("http://127.0.0.1:" + milvus.port(), config.milvusCollection(), dimension, fingerprint);
    }

    /** How the run's first service is started: both roles, around the stub or in some runs the model. */
    public ServiceProcess.Plan plan() {
        return new ServiceProcess.Plan(
                setup.classesBefore(),
                directory.resolve("service"),
                settings,
                "embed,index",
                model ? -1 : 2_000,
                ServiceProcess.Plan.JVM,
                List.of(),
                Map.of());
    }

    /** Keeps something until the run's services have ended, and closes it then. */
    public <T extends AutoCloseable> T keep(T resource) {
        kept.add(resource);
        return resource;
    }

    /** Another directory of this run: for another instance. */
    public Path directory(String name) {
        return directory.resolve(name);
    }

    /** Starts a service; it is ended with the run. */
    public ServiceProcess start(ServiceProcess.Plan plan) {
        ServiceProcess service = ServiceProcess.start(plan);
        services.add(service);
        return service;
    }

    /** Sends more, so that at least so many events wait for an answer. */
    public void keepBusy(int events, int documents) {
        int missing = events - (feed.count() - answers.answered());
        if (missing > 0) {
            feed.burst(workload.next(missing, documents));
        }
    }

    /** Waits until so much is in flight in a service, or fails the run: a kill that hits nothing shows nothing. */
    public void awaitInFlight(ServiceProcess service, int events) {
        Patience.await(
                events + " events in flight",
                PATIENCE,
                () -> service.eventsInFlight() >= events,
                () -> ", but " + service.eventsInFlight() + "; " + service.readiness());
    }

    /** Waits until so many events are in flight, and a commit has put them into EMBED's ledger: a restart will read them back. */
    public void awaitInLedger(ServiceProcess service, int events) {
        Patience.await(
                events + " events in flight in EMBED",
                PATIENCE,
                () -> service.eventsInFlight(Role.EMBED) >= events,
                service::tail);
        String ledger = config.pipeline().embedApplicationId() + "-in-flight-changelog";
        long noted = recordsOf(ledger);
        Patience.await("a commit writes EMBED's ledger", PATIENCE, () -> recordsOf(ledger) > noted, service::tail);
    }

    /** Waits until so many events have an answer. */
    public void awaitAnswered(int events) {
        if (!answers.awaitAnswered(events, PATIENCE)) {
            throw new RunFailedException(
                    answers.answered() + " of " + events + " answers after " + PATIENCE.toSeconds() + " s"
                            + services.stream()
                                    .map(service -> "; " + service.readiness())
                                    .toList());
        }
    }

    /** Waits until every completion there is has been read; says what is missing, or null. */
    @Nullable
    String awaitAnswersRead() {
        return answers.awaitRead(cluster.ends(config.topics().completions()), PATIENCE);
    }

    /** How many records a topic has, as far as its ends tell. */
    public long recordsOf(String topic) {
        return cluster.records(topic);
    }

    /** What is in the dead letters now. */
    public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        String topic = config.topics().deadLetters();
        return DeadLetters.read(broker.bootstrapServers(), topic, partitions(topic));
    }

    /** Does something when the store has answered the service's next write, and before the service hears of it. */
    public void onNextWrite(Runnable what) {
        acknowledged.onNext(what);
    }

    /** A fault is about to hit this service, after which it, or another one, does again what is in flight in it: see {@link RepeatBound}. */
    public void mayRepeat(ServiceProcess service) {
        repeats.fault(service);
    }

    /** {@code kill -9}: what is in flight now may be answered twice. */
    public void kill(ServiceProcess service) {
        mayRepeat(service);
        service.process().kill();
    }

    /** Kills a service, starts it again at once, and measures how long it takes until events are answered again. */
    public ServiceProcess killAndStartAgain(ServiceProcess service, ServiceProcess.Plan plan) {
        kill(service);
        return startAgain(plan);
    }

    /** Starts what was just killed, and measures how long it takes until events are answered again: {@value #PROCESSING_MILLIS} ms at most. */
    public ServiceProcess startAgain(ServiceProcess.Plan plan) {
        long killed = System.currentTimeMillis();
        ServiceProcess successor = start(plan);
        awaitFirstAnswerAfter(killed + LAST_REQUESTS_MILLIS, successor);
        long first = answers.firstAfter(killed + LAST_REQUESTS_MILLIS).orElseThrow();
        long millis = first - killed;
        killToProcessing.add(millis);
        expect("the first answer came " + millis + " ms after the kill", millis <= PROCESSING_MILLIS);
        return successor;
    }

    /**
     * Waits until another instance answers what a killed one has left, and measures how long it takes: the broker must first miss the
     * dead one, which takes a session timeout.
     *
     * @param killed when, epoch milliseconds
     * @param left events that only a successor in the same partitions can answer
     */
    public void takenOver(long killed, List<String> left) {
        Patience.await(
                "a successor answers what was left",
                PATIENCE,
                () -> answers.unanswered(left.stream()).size() < left.size());
        long first = left.stream()
                .flatMap(event -> answers.of(event).stream())
                .mapToLong(Answer::appendedAtMillis)
                .min()
                .orElseThrow();
        takeover.add(Math.max(0, first - killed));
    }

    private void awaitFirstAnswerAfter(long epochMillis, ServiceProcess service) {
        Patience.await(
                "an answer after the kill",
                PATIENCE,
                () -> answers.firstAfter(epochMillis).isPresent(),
                () -> "; " + service.readiness() + "; it printed " + service.tail());
    }

    /**
     * Lets the store come back, and measures how long the service takes to notice: {@value #RETURN_MILLIS} ms at most. There must be
     * something to write.
     *
     * @param heal brings it back
     */
    public void storeReturns(Runnable heal) {
        try (Store probe = Store.probe(store.uri(), Duration.ofSeconds(2))) {
            Thread healer = new Thread(heal, "heal");
            healer.start();
            Patience.await("the store takes a probe again", PATIENCE.multipliedBy(2), probe::takesARow);
            long back = System.currentTimeMillis();
            Patience.await(
                    "a success after the store's return",
                    PATIENCE,
                    () -> acknowledged.firstAfter(back).isPresent());
            OptionalLong success = acknowledged.firstAfter(back);
            long millis = Math.max(0, success.orElseThrow() - back);
            returnToSuccess.add(millis);
            expect("the first success came " + millis + " ms after the store's return", millis <= RETURN_MILLIS);
            healer.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted", e);
        }
    }

    /** Drops the service's collection, and waits until the service has noticed: what it says of the old one until then counts for nothing. */
    public void dropCollection(ServiceProcess service) {
        long dropped = System.currentTimeMillis();
        milvus.drop(config.milvusCollection());
        Patience.await(
                "the service notices that its collection is gone",
                PATIENCE,
                () -> service.process().output().contains("index starts anew"),
                service::tail);
        acknowledged.emptied(dropped, System.currentTimeMillis());
    }

    /** When a row of the run was first written after a moment; see {@link Acknowledgements#firstAfter}. */
    public OptionalLong firstWriteAfter(long epochMillis) {
        return acknowledged.firstAfter(epochMillis);
    }

    /** Events of the bulk lane that nothing has consumed at the end need no answer: more is sent than can be done. */
    public void leaveBacklog() {
        backlogStays = true;
    }

    boolean backlogStays() {
        return backlogStays;
    }

    /** An admin client past the proxy; the caller closes it. */
    Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
    }

    /** What must have been answered, once the services have ended in order. */
    List<Change> consumed() {
        if (!backlogStays) {
            return promised();
        }
        try (Admin admin = admin()) {
            return Backlog.consumed(
                    feed.sent(),
                    answers,
                    admin,
                    config.pipeline().embedApplicationId(),
                    config.topics().documentsBulk());
        }
    }

    /**
     * What lies below these offsets was taken by retention: an event there that has no answer by now need not get one.
     */
    public void excuse(Map<TopicPartition, Long> starts) {
        for (Feed.Sent sent : feed.sent()) {
            String event = sent.change().eventId();
            String lane = sent.change().bulk()
                    ? config.topics().documentsBulk()
                    : config.topics().documents();
            long start = starts.getOrDefault(new TopicPartition(lane, sent.partition()), 0L);
            if (sent.offset() < start && answers.of(event).isEmpty()) {
                excused.add(event);
            }
        }
    }

    /** What the promises hold for: what the broker acknowledged, less what retention took. */
    List<Change> promised() {
        return feed.acknowledged().stream()
                .filter(change -> !excused.contains(change.eventId()))
                .toList();
    }

    /** So many answers may come twice besides, where a scenario's fault is another one than {@link #mayRepeat} is about. */
    public void allowRepeats(int answers) {
        repeats.add(answers);
    }

    int repeatsAllowed() {
        return repeats.answers();
    }

    /** Notes what a scenario expects besides the promises, if it is not so. */
    public void expect(String what, boolean isSo) {
        if (!isSo) {
            failures.add(what);
        }
    }

    List<String> failures() {
        return failures;
    }

    Measurements measurements() {
        return new Measurements(killToProcessing, takeover, returnToSuccess, slowed);
    }

    /** Notes how much slower events were answered under a fault than before it. */
    public void slowed(long p99BeforeMillis, long p99Millis) {
        slowed.add(100 * p99Millis / Math.max(1, p99BeforeMillis));
    }

    /** Counts a sample in which a bound was passed. */
    public void unbounded(String what) {
        unbounded++;
        if (unbounded <= 3) {
            failures.add("UNBOUNDED " + what);
        }
    }

    int unbounded() {
        return unbounded;
    }

    /** Mends everything a scenario may have left broken; at least one service with each role runs afterwards. */
    void heal() {
        milvus.startAgain();
        store.poison(id -> false);
        store.pass();
        kafka.pass();
        ways.forEach(TcpProxy::pass);
        if (!broker.process().isAlive()) {
            broker.start(kafka.port());
        }
        broker.process().resume();
        List<ServiceProcess> alive =
                services.stream().filter(each -> each.process().isAlive()).toList();
        alive.forEach(service -> service.process().resume());
        alive.forEach(service -> service.embedder(EmbedderFault.NONE));
        Set<Role> missing = EnumSet.allOf(Role.class);
        alive.forEach(service -> missing.removeAll(service.roles()));
        if (!missing.isEmpty()) {
            boolean all = missing.size() == Role.values().length;
            ServiceProcess.Plan plan = all ? plan() : plan().withDirectory(directory("heal"));
            ServiceProcess unused = start(
                            plan.withRoles(missing.stream().map(Role::toString).collect(Collectors.joining(","))))
                    .awaitReady();
        }
    }

    @Override
    public void close() {
        services.forEach(ServiceProcess::close);
        feed.close();
        answers.close();
        cluster.close();
        store.close();
        kafka.close();
        ways.forEach(TcpProxy::close);
        others.forEach(BrokerProcess::close);
        broker.close();
        kept.forEach(Lab::closeKept);
    }

    private static void closeKept(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            throw new RunFailedException("something of the run stays behind: " + e.getMessage(), e);
        }
    }

    /** Lets a fault last, longer or shorter by the seed. */
    public void pause(Duration atLeast, Duration atMost) {
        long spread = atMost.toMillis() - atLeast.toMillis();
        Patience.last(atLeast.plusMillis(spread <= 0 ? 0 : random.nextInt((int) spread)));
    }
}
