package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.status.StatusFixture;
import org.junit.jupiter.api.Test;

/** What the page says, in a real Chromium, of figures made for the case. */
class StatusPageTest extends PageTest {
    @Test
    void showsTheBoundsFillingWhatBecameOfTheEventsAndHowLongTheyTook() {
        page.open();

        assertThat(page.text("#embed"))
                .contains("CPU, fp32")
                .contains("in flight\n4 of 16 MiB")
                .contains("batches\n1 of 2")
                .contains("tokens a batch\n256 at most")
                .contains("oldest in flight\n1.5 s");
        assertThat(page.text("#index")).contains("in flight\n4 of 16 MiB").contains("calls\n1 of 2");
        assertThat(page.tab()
                        .eval("document.querySelector('#embed .bar i').style.transform")
                        .asText())
                .isEqualTo("scaleX(0.25)");
        assertThat(page.text("#outcomes .indexed b")).isEqualTo("2");
        assertThat(page.text("#outcomes .rejected")).contains("1").contains("empty-text 1");
        assertThat(page.text("#steps")).contains("in the model").contains("ms");
        assertThat(page.text("#steps-interactive")).isEqualTo("2 since the start");
        assertThat(page.text("#steps tr:last-child .number:last-child .interactive"))
                .matches("interactive\\s+\\d+ ms");
        assertThat(page.text("#steps tr:last-child .number:last-child .bulk")).matches("bulk\\s+\\d+ s");
        assertThat(page.text("#lanes"))
                .contains("documents.bulk")
                .contains("oldest 3.0 s, 40 s of work")
                .contains("25 %");
        assertThat(page.text("#lags"))
                .contains("oldest 3.0 s · 40 s of work here · about 2 KiB, 500 tokens · 25 % of retention");
        assertThat(page.text("#store")).contains("Milvus").contains("40 rows");
    }

    @Test
    void showsWhatDocumentsSayAsText() {
        page.open();

        page.search("a <b>query</b>");

        assertThat(page.tab()
                        .eval("document.querySelector('#hits b').textContent")
                        .asText())
                .isEqualTo("id " + ServedPage.HOSTILE);
        assertThat(page.tab()
                        .eval("document.querySelector('#hits .words').textContent")
                        .asText())
                .isEqualTo(ServedPage.HOSTILE + " found for a <b>query</b>");
        assertThat(page.tab()
                        .eval("document.querySelectorAll('#hits script, #hits img').length")
                        .asInt())
                .isZero();
        assertThat(page.tab().eval("typeof window.pwned").asText()).isEqualTo("undefined");
        assertThat(page.text("#found")).startsWith("1 document in ");
        assertThat(page.tab().complaints()).isEmpty();
    }

    @Test
    void saysWhatWaitsAndWhy() {
        page.show(StatusFixture.held());

        page.open();

        assertThat(page.text("#state")).isEqualTo("Not ready");
        assertThat(page.text("#holds"))
                .contains("store")
                .contains("index holds: Milvus does not answer")
                .contains("store-transient")
                .containsPattern("for \\d+ s, since \\d\\d:\\d\\d:\\d\\d");
        assertThat(page.text("#store")).contains("refuses; INDEX holds");
        page.show(StatusFixture.wasHeld());
        page.tab().await("document.getElementById('state').dataset.state === 'ready'");
        assertThat(page.tab().eval("document.getElementById('holds').hidden").asBoolean())
                .isTrue();
        assertThat(page.text("#past")).contains("store").contains("65 s, until").contains("Milvus does not answer");
        assertThat(page.tab().complaints()).isEmpty();
    }

    @Test
    void callsAFullLaneNoTrouble() {
        page.show(StatusFixture.full());

        page.open();

        assertThat(page.text("#state")).isEqualTo("Ready");
        assertThat(page.text("#embed"))
                .contains("in flight, bulk\n16 of 16 MiB, pauses")
                .doesNotContain("waits");
        assertThat(page.tab()
                        .eval("document.querySelectorAll('#embed .meter.full').length")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void showsOneRoleAloneAndNothingBeforeTheStart() {
        page.show(StatusFixture.embedAlone());
        page.open();
        assertThat(page.text("#index")).contains("not in this process");
        assertThat(page.text("#embed")).contains("4 of 16 MiB");

        page.show(StatusFixture.indexAlone());
        page.open();
        assertThat(page.text("#embed")).contains("not in this process");
        assertThat(page.text("#lanes")).contains("read by another process");
        assertThat(page.text("#index")).contains("4 of 16 MiB");

        page.show(StatusFixture.starting());
        page.open();
        assertThat(page.text("#state")).isEqualTo("Not ready");
        assertThat(page.text("#holds")).contains("starting");
        assertThat(page.text("#embed")).contains("loading");
        assertThat(page.tab().complaints()).isEmpty();
    }

    @Test
    void saysWhyDriftIsNotWatched() {
        page.show(StatusFixture.driftHeld());
        page.open();

        assertThat(page.text("#drift")).contains("not watched at present: the topic drift.p is missing");
    }

    @Test
    void showsDriftWhereThereIsSome() {
        page.open();
        assertThat(page.tab().eval("document.getElementById('drift').hidden").asBoolean())
                .isTrue();

        page.show(StatusFixture.drifting());
        page.tab().await("!document.getElementById('drift').hidden");

        assertThat(page.text("#drift-list li"))
                .contains("shop")
                .contains("data drifts")
                .contains("projections, PSI")
                .contains("0.41, over 0.12");
        assertThat(page.text("#drift"))
                .contains("as before")
                .contains("baseline 40 % there")
                .contains("canary texts");
        assertThat(page.tab()
                        .eval("[...document.querySelectorAll('#drift .beyond .label')].map(each => each.innerText)"))
                .hasSize(1);
        assertThat(page.tab().complaints()).isEmpty();
    }
}
