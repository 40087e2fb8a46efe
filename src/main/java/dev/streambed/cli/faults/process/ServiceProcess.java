package dev.streambed.cli.faults.process;

import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.cli.service.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The service in a process of its own. Thread-safe. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration CALL = Duration.ofSeconds(5);

    /** A busy machine may miss a call's time. */
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final ChildProcess process;
    private final int httpPort;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CALL).build();

    private final Plan plan;
    private volatile boolean served; // it has answered once

    private ServiceProcess(ChildProcess process, int httpPort, Plan plan) {
        this.process = process;
        this.plan = plan;
        this.httpPort = httpPort;
    }

    /**
     * How a service is started.
     *
     * @param classesBefore classes that take the place of the product's, so that a suite can be tried on a broken one; null for none
     * @param directory its own; its Kafka Streams state lies below it, and with it the name under which it comes back
     * @param settings of the configuration
     * @param roles {@code embed}, {@code index} or both with a comma
     * @param stubRate tokens a second and slot of a stub embedder; below 0: the real model
     * @param jvm options of its JVM
     * @param before a wrapper before {@code java}, or nothing
     * @param environment variables
     */
    public record Plan(
            @Nullable Path classesBefore,
            Path directory,
            Map<String, String> settings,
            String roles,
            long stubRate,
            List<String> jvm,
            List<String> before,
            Map<String, String> environment) {
        /**
         * Options that start quickly, with as much heap as the default configuration asks for; two processors on every machine, so that
         * the stub embedder has two slots.
         */
        public static final List<String> JVM = List.of(
                "-Xss4m",
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=2",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Dai.djl.offline=true");

        public Plan withRoles(String others) {
            return new Plan(classesBefore, directory, settings, others, stubRate, jvm, before, environment);
        }

        public Plan withDirectory(Path other) {
            return new Plan(classesBefore, other, settings, roles, stubRate, jvm, before, environment);
        }

        public Plan withStubRate(long other) {
            return new Plan(classesBefore, directory, settings, roles, other, jvm, before, environment);
        }

        public Plan withJvm(List<String> others) {
            return new Plan(classesBefore, directory, settings, roles, stubRate, others, before, environment);
        }

        public Plan within(List<String> wrapper, Map<String, String> variables) {
            return new Plan(classesBefore, directory, settings, roles, stubRate, jvm, wrapper, variables);
        }

        /** With one more setting. */
        public Plan with(String key, String value) {
            Map<String, String> more = new java.util.LinkedHashMap<>(settings);
            more.put(key, value);
            return new Plan(classesBefore, directory, more, roles, stubRate, jvm, before, environment);
        }
    }

    /** Starts one; returns before it is ready. */
    public static ServiceProcess start(Plan plan) {
        int port = Ports.free();
        List<String> arguments = new ArrayList<>(List.of("faulty-run", "--role", plan.roles()));
        if (plan.stubRate() >= 0) {
            arguments.addAll(List.of("--stub-rate", Long.toString(plan.stubRate())));
        }
        arguments.addAll(List.of("--set", "http.port=" + port));
        arguments.addAll(List.of("--set", "state.dir=" + plan.directory().resolve("state")));
        plan.settings().forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        ChildProcess process = ChildProcess.streambed(
                "service " + plan.directory().getFileName(),
                plan.directory(),
                plan.classesBefore(),
                plan.jvm(),
                plan.before(),
                plan.environment(),
                arguments);
        return new ServiceProcess(process, port, plan);
    }

    /** The stages that run in it. */
    public Set<Role> roles() {
        return Arrays.stream(plan.roles().split(","))
                .map(role -> Role.valueOf(role.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    /** Where its HTTP listens: host and port. */
    public String address() {
        return "127.0.0.1:" + httpPort;
    }

    /** Where its state lies. */
    public Path state() {
        return plan.directory().resolve("state");
    }

    /** Its name in its groups, static: that of its only stream thread in each. */
    public String memberName() {
        try {
            return Files.readString(state().resolve("instance-id")).strip() + "-1";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it says that it is ready. */
    public ServiceProcess awaitReady() {
        Patience.await(
                process.name() + " is ready",
                START,
                () -> isReady() || !process.isAlive(),
                () -> ", " + get("/health/ready") + "; it printed " + tail());
        if (!process.isAlive()) {
            throw new RunFailedException(process.name() + " ended while it was starting: " + tail());
        }
        return this;
    }

    public boolean isReady() {
        return status("/health/ready") == 200;
    }

    /** Why it is not ready, in its own words. */
    public String readiness() {
        return get("/health/ready");
    }

    /** Why only a restart helps, in its own words. */
    public String liveness() {
        return get("/health/live");
    }

    public boolean isLive() {
        return status("/health/live") == 200;
    }

    public ChildProcess process() {
        return process;
    }

    /** From now on its embedder shows this fault. */
    public void embedder(EmbedderFault fault) {
        process.tell(fault.name());
    }

    /**
     * A figure of {@code /metrics}, the sum over its labels.
     *
     * @throws RunFailedException if there is none: a metric that is not there is not 0
     */
    public double metric(String name) {
        return required(name + "(?:\\{[^}]*\\})?");
    }

    /** The same with one label of this value. */
    public double metric(String name, String label, String value) {
        return required(name + "\\{[^}]*" + label + "=\"" + value + "\"[^}]*\\}");
    }

    /** Events accepted and not yet durable in every respect, of one stage; 0 where it has not begun, or has ended. */
    public double eventsInFlight(Role role) {
        return orZero("streambed_stage_live_events\\{[^}]*stage=\"" + role + "\"[^}]*\\}");
    }

    /** Events accepted whose result has not been sent, of one stage; 0 where it has not begun, or has ended. */
    public double eventsUnanswered(Role role) {
        return orZero("streambed_stage_unanswered_events\\{[^}]*stage=\"" + role + "\"[^}]*\\}");
    }

    /** Events accepted and not yet durable in every respect, of both stages; 0 where they have not begun, or have ended. */
    public double eventsInFlight() {
        return orZero("streambed_stage_live_events(?:\\{[^}]*\\})?");
    }

    private double required(String pattern) {
        // A stage that starts anew takes its meters away for a moment.
        OptionalDouble[] found = {OptionalDouble.empty()};
        if (!Patience.holdsWithin(ANSWER, () -> {
            found[0] = sum(metrics(), pattern);
            return found[0].isPresent() || !process.isAlive();
        })) {
            throw new RunFailedException(process.name() + " has no metric " + pattern);
        }
        return found[0].orElseThrow(() -> new RunFailedException(process.name() + " ended before it told " + pattern));
    }

    private double orZero(String pattern) {
        return sum(metrics(), pattern).orElse(0);
    }

    private static OptionalDouble sum(String metrics, String pattern) {
        Matcher matcher = Pattern.compile("(?m)^" + pattern + " (\\S+)$").matcher(metrics);
        OptionalDouble sum = OptionalDouble.empty();
        while (matcher.find()) {
            sum = OptionalDouble.of(sum.orElse(0) + Double.parseDouble(matcher.group(1)));
        }
        return sum;
    }

    /** Empty where it has ended, and where it has only begun to start and nothing listens yet: then nothing is accepted either. */
    private String metrics() {
        String[] told = {""};
        boolean answered = Patience.holdsWithin(ANSWER, () -> {
            told[0] = get("/metrics");
            return !told[0].isEmpty() || !served || !process.isAlive();
        });
        if (!answered) {
            throw new RunFailedException(process.name() + " runs and does not tell its metrics");
        }
        return told[0];
    }

    /** What time it is by its own clock, to the second: its answers are dated. */
    public Instant clock() {
        try {
            String date = call("/health/live").headers().firstValue("Date").orElseThrow();
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from);
        } catch (IOException e) {
            throw new RunFailedException(process.name() + " does not tell the time: " + e.getMessage(), e);
        }
    }

    /** The last lines it printed. */
    public String tail() {
        List<String> lines = process.output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private int status(String path) {
        try {
            return call(path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private String get(String path) {
        try {
            return call(path).body();
        } catch (IOException e) {
            return "";
        }
    }

    private HttpResponse<String> call(String path) throws IOException {
        try {
            URI uri = URI.create("http://" + address() + path);
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(uri).timeout(CALL).build(), BodyHandlers.ofString());
            served = true;
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
