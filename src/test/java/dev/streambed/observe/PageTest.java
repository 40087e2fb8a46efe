package dev.streambed.observe;

import dev.streambed.testing.browser.Chromium;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A browser for a class of tests, and the page in a new tab of it for each. */
@SuppressWarnings("NullAway.Init")
abstract class PageTest {
    @TempDir
    static Path profile;

    static Chromium chromium;

    ServedPage page;

    @BeforeAll
    static void startBrowser() {
        chromium = Chromium.require(profile);
    }

    @AfterAll
    static void stopBrowser() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        page = new ServedPage(chromium, null);
    }

    @AfterEach
    void stop() {
        page.close();
    }
}
