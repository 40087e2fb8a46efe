package dev.streambed.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program: lints and renders each chart that it is given, into {@code rendered.yaml} beside it, or says in {@code refused.txt} why not.
 * Helm is a library in Go there. It runs in a process of its own, for two runtimes that both handle a process's signals are not to
 * meet in the JVM of all tests.
 */
final class HelmMain {
    private HelmMain() {}

    public static void main(String[] charts) throws IOException {
        for (String name : charts) {
            Path chart = Path.of(name);
            try {
                LintResult lint = new Helm(chart).lint().strict().call();
                if (lint.isFailed()) {
                    throw new IllegalStateException("lint: " + lint.getMessages());
                }
                String manifests = new Helm(chart)
                        .template()
                        .withName("sb")
                        .withNamespace("search")
                        .call();
                Files.writeString(chart.resolveSibling("rendered.yaml"), manifests);
            } catch (RuntimeException e) {
                Files.writeString(chart.resolveSibling("refused.txt"), String.valueOf(e.getMessage()));
            }
        }
    }
}
