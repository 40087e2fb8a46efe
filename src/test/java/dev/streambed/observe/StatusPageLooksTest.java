package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.observe.status.StatusFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page looks and behaves in a real Chromium: at once, in any window, in the dark, and whatever becomes of the service. */
class StatusPageLooksTest extends PageTest {
    /** What is asked of it is a second; here it only must not be absurd, for the machine may be busy. */
    private static final double MOST_PAINT_MILLIS = 10_000;

    /** The elements with a text of their own whose colour is too near to that of what is behind them. */
    private static final String CONTRAST = """
            (() => {
              const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
              const rgba = (colour) => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const light = (colour) => {
                const [r, g, b] = colour.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const behind = (e) => {
                for (; e; e = e.parentElement) {
                  const colour = rgba(getComputedStyle(e).backgroundColor);
                  if (colour[3] === 255) return colour;
                }
                return [255, 255, 255];
              };
              const faint = [];
              for (const e of document.body.querySelectorAll("*")) {
                const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                if (!own || !e.checkVisibility() || e.closest("noscript, script, style")) continue;
                const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
                const ratio = (a + 0.05) / (b + 0.05);
                if (ratio < 4.5) faint.push(`${e.outerHTML.slice(0, 120)} ${ratio.toFixed(2)}`);
              }
              return faint;
            })()""";

    @Test
    void paintsAtOnceAndSaysNothingOnTheConsole() {
        page.open();

        double paint = page.tab()
                .eval("new Promise(done => new PerformanceObserver(list => done(list.getEntriesByName("
                        + "'first-contentful-paint')[0].startTime)).observe({type: 'paint', buffered: true}))")
                .asDouble();
        System.out.printf("first contentful paint: %.0f ms%n", paint);
        assertThat(paint).isPositive().isLessThan(MOST_PAINT_MILLIS);
        assertThat(page.text("#state")).isEqualTo("Ready");
        page.awaitAnswers(2);
        assertThat(page.tab().complaints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"400, 64", "400, 0", "400, 8", "800, 64", "1400, 64", "1400, 0"})
    void fitsItsWindowWithManyPartitionsAndWithNone(int width, int partitions) {
        page.show(StatusFixture.busy(partitions));
        page.tab().as(width, 800, false, false);

        page.open();

        JsonNode sizes = page.tab().eval("[document.documentElement.scrollWidth, innerWidth]");
        assertThat(sizes.get(0).asInt()).isEqualTo(width).isEqualTo(sizes.get(1).asInt());
        assertThat(page.tab()
                        .eval("document.querySelectorAll('#lags .strip')[0].children.length")
                        .asInt())
                .isEqualTo(partitions);
        assertThat(page.text("#lags")).contains(partitions == 0 ? "nothing waits" : "10");
        assertThat(page.tab()
                        .eval("[...document.querySelectorAll('.card, .card *')].filter(each => each.clientWidth > 0 && "
                                + "getComputedStyle(each).overflowX === 'visible' && each.scrollWidth > each.clientWidth + 1 && "
                                + "getComputedStyle(each).display !== 'inline').map(each => each.outerHTML)"))
                .as("what is wider than its box")
                .isEmpty();
        assertThat(page.tab().complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void canBeReadInTheLightAndInTheDark(boolean dark) {
        page.show(StatusFixture.held());
        page.tab().as(1400, 900, dark, true);
        page.open();
        page.search("x");

        JsonNode faint = page.tab().eval(CONTRAST);

        assertThat(page.tab()
                        .eval("matchMedia('(prefers-color-scheme: dark)').matches")
                        .asBoolean())
                .isEqualTo(dark);
        assertThat(faint).as("text with a contrast below 4.5").isEmpty();
    }

    @Test
    void refusesToMakeMarkupOfText() {
        page.open();

        // Should a line of the script ever try: the policy forbids it.
        assertThat(page.tab()
                        .eval("(() => { try { document.body.innerHTML = '<p>x</p>'; return 'made'; } "
                                + "catch (e) { return e.name; } })()")
                        .asText())
                .isEqualTo("TypeError");
    }

    @Test
    void saysSinceWhenNobodyAnswers() {
        page.open();

        page.stopServing();
        page.tab().await("document.getElementById('state').dataset.state === 'silent'");

        assertThat(page.text("#state")).matches("No answer since \\d\\d:\\d\\d:\\d\\d");
        assertThat(page.text("#embed")).contains("4 of 16 MiB"); // what was known last stays
    }

    @Test
    void asksOnlyWhileSomebodyLooks() {
        page.open();

        hide(true);
        page.tab().eval("new Promise(done => setTimeout(done, 50))"); // what was under way has come
        int before = page.asked();
        // Longer than its interval: it is the interval that is under test.
        page.tab().eval("new Promise(done => setTimeout(done, 2600))");
        assertThat(page.asked()).isEqualTo(before);

        hide(false);
        page.awaitAnswers(before + 1);
    }

    private void hide(boolean hidden) {
        page.tab()
                .eval("(Object.defineProperty(document, 'hidden', {configurable: true, get: () => " + hidden + "}), "
                        + "document.dispatchEvent(new Event('visibilitychange')))");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void flowsAndStandsStillForWhomMovementDisturbs(boolean disturbed) {
        page.tab().as(1400, 900, false, disturbed);
        page.open();

        page.show(StatusFixture.busier());
        page.tab().await("document.querySelectorAll('#edge-in.flows').length === 1");

        assertThat(page.text("#edge-in .speed")).matches("[<\\d].*/s");
        assertThat(page.tab().eval("document.getAnimations().length").asInt() == 0)
                .isEqualTo(disturbed);
    }

    @Test
    void showsItselfToWhoKnowsThePassword() throws IOException {
        page.close();
        page = new ServedPage(chromium, "open sesame");
        String pair = Base64.getEncoder().encodeToString("anybody:open sesame".getBytes(StandardCharsets.UTF_8));
        page.tab().withHeader("Authorization", "Basic " + pair);

        page.open();

        assertThat(page.text("#state")).isEqualTo("Ready");
        page.search("x");
    }
}
