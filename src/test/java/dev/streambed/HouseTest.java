package dev.streambed;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rooms of the house and their doors, as the design draws them. */
@AnalyzeClasses(packages = "dev.streambed", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    private static final String HOUSE = "dev.streambed.";

    /** Each room, and the rooms it may enter. */
    private static final Map<String, List<String>> ROOMS = Map.of(
            "completion", List.of(),
            "document", List.of("completion"),
            "client", List.of("document", "completion"),
            "log", List.of("document", "completion"),
            "observe", List.of("document", "completion"),
            "stage", List.of("observe"),
            "embed", List.of("document", "completion", "log", "stage", "observe"),
            "index", List.of("document", "completion", "log", "stage", "observe"),
            "cli", List.of("document", "completion", "client", "log", "observe", "stage", "embed", "index"));

    /** Rooms without code as yet. A room that has some must not stand here: its rules would hold for nothing unnoticed. */
    private static final Set<String> EMPTY = Set.of();

    /**
     * A library that only some packages may use.
     *
     * @param library its root package
     * @param member one of its classes, below the root: loaded, so that a library that moves cannot slip out of its rule
     * @param owners the packages that may use it
     */
    private record Home(String library, String member, List<String> owners) {}

    private static final List<Home> HOMES = List.of(
            new Home("ai.onnxruntime", "OrtSession", List.of("embed.model..")),
            new Home(
                    "ai.djl", "huggingface.tokenizers.HuggingFaceTokenizer", List.of("embed.model..", "embed.chunk..")),
            new Home("java.net.http", "HttpClient", List.of("embed.remote..", "cli", "cli.faults.process..")),
            new Home("com.netflix.concurrency", "limits.Limit", List.of("embed.remote..")),
            new Home("io.github.resilience4j", "core.IntervalFunction", List.of("embed.remote..", "index")),
            new Home("io.milvus", "v2.client.MilvusClientV2", List.of("index.milvus..", "cli.faults.proxy..")),
            new Home("org.apache.lucene", "index.IndexWriter", List.of("index.memory..")),
            new Home("org.apache.kafka.streams", "KafkaStreams", List.of("stage..", "embed", "index", "cli..")),
            new Home("org.apache.kafka.server", "config.ServerConfigs", List.of("cli..")),
            new Home("org.apache.kafka.metadata", "storage.Formatter", List.of("cli..")),
            new Home("kafka", "server.KafkaRaftServer", List.of("cli..")),
            new Home("io.opentelemetry", "api.trace.Span", List.of("observe.trace.otel..")),
            new Home("picocli", "CommandLine", List.of("cli..")),
            new Home("me.tongfei.progressbar", "ProgressBar", List.of("cli..")));

    @ArchTest
    static void everyRoomHasCode(JavaClasses code) {
        List<String> empty = ROOMS.keySet().stream()
                .filter(room -> code.stream().noneMatch(resideInAPackage(HOUSE + room + "..")))
                .sorted()
                .toList();

        assertThat(empty).as("rooms without code").isSubsetOf(EMPTY);
    }

    @ArchTest
    static void roomsAreEnteredByTheirDoors(JavaClasses code) {
        var rooms = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String room : ROOMS.keySet()) {
            rooms = EMPTY.contains(room)
                    ? rooms.optionalLayer(room).definedBy(HOUSE + room + "..")
                    : rooms.layer(room).definedBy(HOUSE + room + "..");
        }
        for (var doors : ROOMS.entrySet()) {
            rooms = doors.getValue().isEmpty()
                    ? rooms.whereLayer(doors.getKey()).mayNotAccessAnyLayer()
                    : rooms.whereLayer(doors.getKey())
                            .mayOnlyAccessLayers(doors.getValue().toArray(String[]::new));
        }
        rooms.ensureAllClassesAreContainedInArchitecture().check(code);
    }

    @ArchTest
    static void librariesStayAtHome(JavaClasses code) throws ClassNotFoundException {
        for (Home home : HOMES) {
            Class.forName(home.library() + "." + home.member(), false, HouseTest.class.getClassLoader());
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            home.owners().stream().map(HOUSE::concat).toArray(String[]::new))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(home.library() + "..")
                    .check(code);
        }
    }

    /** The client's jar holds these three rooms and needs nothing else. */
    @ArchTest
    static final ArchRule theClientJarIsSmall = classes()
            .that()
            .resideInAnyPackage(HOUSE + "client..", HOUSE + "document..", HOUSE + "completion..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    HOUSE + "client..",
                    HOUSE + "document..",
                    HOUSE + "completion..",
                    "java..",
                    "org.jspecify.annotations..",
                    "com.fasterxml.jackson..",
                    "org.apache.kafka.clients..",
                    "org.apache.kafka.common.."));

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.streambed.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that(not(resideInAPackage(HOUSE + "cli..")))
            .should(ACCESS_STANDARD_STREAMS)
            .because("what the service has to say goes to its log");

    @ArchTest
    static final ArchRule nothingIsReflected = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.reflect..")
            .because("what is wired by hand can be read");

    @ArchTest
    static final ArchRule nothingGlobalChanges =
            fields().that().areStatic().should().beFinal().because("state has an owner");

    @ArchTest
    static final ArchRule logsAreWrittenThroughSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule nothingIsInjectedIntoFields = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
}
