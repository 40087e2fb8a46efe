package dev.streambed.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.document.EventContext;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each formula against a sum done by hand, or against what it speaks of. */
class SizingTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void windowsAreOneUpToTheRoomAndStepsBeyond() {
        assertThat(Sizing.windows(254, 256, 32)).isEqualTo(1);
        assertThat(Sizing.windows(255, 256, 32)).isEqualTo(2); // 223 / 204.24
        assertThat(Sizing.windows(2000, 256, 32)).isEqualTo(10); // 1968 / 204.24
        assertThat(Sizing.windows(1000, 102, 0)).isEqualTo(11); // 1000 / 92
    }

    @Test
    void tokensCountWhatIsSpecialAndWhatIsShared() {
        assertThat(Sizing.modelTokens(100, 1, 32)).isEqualTo(102);
        assertThat(Sizing.modelTokens(2000, 10, 30)).isCloseTo(2000 + 20 + 9 * 33, within(1e-9));
    }

    @Test
    void instancesAreRoundedUp() {
        assertThat(Sizing.instancesNeeded(7_000, 1_000, 0.7)).isEqualTo(10);
        assertThat(Sizing.instancesNeeded(7_001, 1_000, 0.7)).isEqualTo(11);
        assertThat(Sizing.instancesNeeded(1, 1_000, 1)).isEqualTo(1);
    }

    @Test
    void partitionsAreFourAThreadAndAPowerOfTwo() {
        assertThat(Sizing.partitions(2, 1)).isEqualTo(8);
        assertThat(Sizing.partitions(3, 1)).isEqualTo(16);
        assertThat(Sizing.partitions(3, 4)).isEqualTo(64);
    }

    @Test
    void noInstanceHasMoreThanAQuarterAboveItsShareOfThePartitions() {
        for (int instances = 1; instances < 500; instances++) {
            long partitions = Sizing.partitions(instances, 1);
            double fullest = Math.ceil((double) partitions / instances);
            assertThat(fullest).as("%s instances", instances).isLessThanOrEqualTo(1.25 * partitions / instances);
        }
    }

    @Test
    void theHeapIsTheReadmesAndALittleFree() throws Exception {
        long live = Sizing.liveMegabytes(1, 16 * MEGABYTE, 32 * MEGABYTE);
        assertThat(Files.readString(Path.of("README.md"))).contains("which is " + live + " with the defaults: 512 MiB");
        assertThat(Sizing.heapMegabytes(live)).isEqualTo(512);
        assertThat(Sizing.liveMegabytes(2, 16 * MEGABYTE, 32 * MEGABYTE)).isEqualTo(507); // 78 + 2 x 214.4
        assertThat(Sizing.heapMegabytes(507)).isEqualTo(896);
    }

    @Test
    void aRecordIsWhatTheLogHasOfADocument() {
        for (int windows : new int[] {1, 7, 200}) {
            String text = "plate ".repeat(200 * windows);
            LogEntry entry = new LogEntry.Upsert(
                    "4f6d1c2e-8a2b-4f5e-9a51-0c7b9f3d2e11",
                    1_700_000_000_000L,
                    "A title of some words",
                    text,
                    Map.of("language", "en"),
                    Collections.nCopies(windows, new EmbeddedChunk(100_000, 101_000, new float[384])),
                    windows,
                    new Provenance(
                            new EventContext("documents-3-1042", "a-correlation", 3, null),
                            "documents.bulk",
                            3,
                            1042,
                            1_700_000_000_000L,
                            1,
                            1,
                            1,
                            false,
                            "f".repeat(64)));
            int real = LogCodec.estimateBytes(LogCodec.key(entry), LogCodec.value(entry), LogCodec.headers(entry));

            double planned = Sizing.logRecordBytes(text.length(), windows, 384);

            assertThat(planned).as("%s windows", windows).isBetween((double) real, 1.1 * real);
        }
    }

    @Test
    void theLogKeepsTheDocumentsAndTwoWeeksOfWhatIsReplaced() {
        assertThat(Sizing.logBytes(1_000, 0, 2_000, 3)).isEqualTo(6_000_000);
        assertThat(Sizing.logBytes(1_000, 1, 2_000, 3)).isEqualTo((1_000 + 14L * 86_400) * 6_000);
    }

    @Test
    void theLanesKeepAWeek() {
        assertThat(Sizing.laneBytes(1_000, Duration.ofHours(8), 0, 300, 2)).isEqualTo(2_000_000);
        assertThat(Sizing.laneBytes(1_000, Duration.ofDays(14), 0, 300, 2)).isEqualTo(1_000_000);
        assertThat(Sizing.laneBytes(1_000, Duration.ofHours(8), 2, 300, 2)).isEqualTo((1_000 + 14L * 86_400) * 2_000);
    }

    @Test
    void theHeadsStandTwiceAndOnTheInstancesThatAreLeft() {
        assertThat(Sizing.changelogBytes(1_000, 3)).isEqualTo(2_160_000);
        assertThat(Sizing.stateBytes(1_000, 4)).isEqualTo(240_000);
        assertThat(Sizing.stateBytes(1_000, 1)).isEqualTo(720_000);
    }

    @Test
    void milvusHoldsVectorsGraphAndFields() {
        assertThat(Sizing.graphBytes()).isEqualTo(136);
        assertThat(Sizing.milvusBytes(1_000_000, 384, 1_000, 1)).isEqualTo(1_000_000L * (1_536 + 136 + 150 + 1_000));
        assertThat(Sizing.milvusBytes(1_000_000, 384, 1_000, 0.5)).isEqualTo(2_000_000L * 2_822);
    }
}
