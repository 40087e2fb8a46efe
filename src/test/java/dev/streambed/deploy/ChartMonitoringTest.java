package dev.streambed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.deploy.Charts.Release;
import dev.streambed.operations.AlertRules;
import dev.streambed.operations.MetricsPage;
import dev.streambed.operations.ScalingQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart gives to Prometheus, to Grafana and to KEDA. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "Helm's library is there for this platform alone")
class ChartMonitoringTest {
    private static final String RUNBOOKS = "https://git.example/streambed/blob/v0.1.0/";

    private final List<Release> releases = new ArrayList<>();

    @BeforeAll
    void render(@TempDir Path scratch) throws IOException, InterruptedException {
        Map<String, JsonNode> values = Charts.accepted();
        values.keySet().retainAll(List.of("monitored", "scaled"));
        values.put("runbook", Charts.yaml("prometheusRule: {enabled: true, runbookBaseUrl: '" + RUNBOOKS + "'}"));
        values.put("renamed", Charts.yaml("{nameOverride: search, serviceMonitor: {enabled: true}}"));
        values.put("renamed-in-full", Charts.yaml("{fullnameOverride: search, serviceMonitor: {enabled: true}}"));
        releases.addAll(Charts.render(scratch, values));
    }

    private Release release(String name) {
        return releases.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void alertsAndBoardAreTheFilesThatOthersReadToo() throws IOException {
        Release monitored = release("monitored");

        assertThat(monitored.one("PrometheusRule", "sb-streambed").at("/spec/groups"))
                .isNotEmpty()
                .isEqualTo(Charts.yaml(Files.readString(Charts.CHART.resolve("files/alerts.yaml")))
                        .get("groups"));
        assertThat(Charts.yaml(monitored
                        .one("ConfigMap", "sb-streambed-board")
                        .at("/data/streambed.json")
                        .asText()))
                .isEqualTo(Charts.yaml(Files.readString(Charts.CHART.resolve("files/board.json"))));
    }

    @Test
    void alertsLeadToTheRunbookAsPeopleReachIt() {
        List<String> runbooks =
                release("runbook").one("PrometheusRule", "sb-streambed").findValuesAsText("runbook_url");

        assertThat(runbooks)
                .isEqualTo(AlertRules.alerts().stream()
                        .map(alert -> RUNBOOKS + alert.runbook())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"monitored", "scaled", "renamed", "renamed-in-full"})
    void theAlertsFindWhatTheOperatorScrapesWhateverItIsCalled(String name) {
        Release release = release(name);
        JsonNode monitor = release.all("ServiceMonitor").get(0);
        List<JsonNode> services = release.all("Service").stream()
                .filter(service -> isSelected(service, monitor.at("/spec/selector")))
                .toList();

        assertThat(services)
                .extracting(service -> service.at("/spec/selector/app.kubernetes.io~1component")
                        .asText())
                .containsExactly("embed", "index");
        for (JsonNode service : services) {
            JsonNode endpoint = monitor.at("/spec/endpoints/0");
            assertThat(service.at("/spec/ports/0/name")).isEqualTo(endpoint.get("port"));
            assertThat(AlertRules.jobs())
                    .isNotEmpty()
                    .allSatisfy(
                            job -> assertThat(jobOf(service, monitor, endpoint)).matches(job));
        }
    }

    /** As the API server selects. */
    private static boolean isSelected(JsonNode service, JsonNode selector) {
        JsonNode labels = service.at("/metadata/labels");
        return selector.path("matchLabels").properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())))
                && elements(selector.path("matchExpressions")).allMatch(expression -> {
                    assertThat(expression.get("operator").asText()).isEqualTo("In");
                    return elements(expression.get("values"))
                            .anyMatch(value -> value.equals(
                                    labels.get(expression.get("key").asText())));
                });
    }

    /** As the Prometheus Operator names it: the service, or what a label of it says; the endpoint's own relabelings come last. */
    private static String jobOf(JsonNode service, JsonNode monitor, JsonNode endpoint) {
        JsonNode label =
                service.at("/metadata/labels").path(monitor.at("/spec/jobLabel").asText());
        String job = label.asText(service.at("/metadata/name").asText());
        for (JsonNode relabeling : endpoint.path("relabelings")) {
            assertThat(relabeling.properties())
                    .as("a relabeling that only sets a label")
                    .extracting(Map.Entry::getKey)
                    .containsExactlyInAnyOrder("targetLabel", "replacement");
            if (relabeling.get("targetLabel").asText().equals("job")) {
                job = relabeling.get("replacement").asText();
            }
        }
        return job;
    }

    /** {@code AlertsLiveTest} puts the same query to a Prometheus. */
    @Test
    void kedaScalesOnTheQueryThatTheRunbookHas() throws IOException {
        JsonNode trigger =
                release("scaled").one("ScaledObject", "sb-streambed-embed").at("/spec/triggers/0");
        String query = trigger.at("/metadata/query").asText();

        assertThat(trigger.get("type").asText()).isEqualTo("prometheus");
        assertThat(query).isEqualTo(ScalingQuery.documented());
        assertThat(AlertRules.metricsOf(query)).isNotEmpty();
        assertThat(MetricsPage.names()).containsAll(AlertRules.metricsOf(query));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
