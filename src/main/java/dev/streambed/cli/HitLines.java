package dev.streambed.cli;

import dev.streambed.observe.SearchResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Hits for people: a line each, the score first, then the document, then the beginning of the text found. */
final class HitLines {
    private static final int TEXT_WIDTH = 72;

    private HitLines() {}

    static Stream<String> of(List<SearchResponse.Hit> hits) {
        int width =
                hits.stream().mapToInt(hit -> hit.documentId().length()).max().orElse(0);
        return hits.stream()
                .map(hit -> String.format(
                        Locale.ROOT,
                        "  %.3f  %-" + Math.min(40, Math.max(1, width)) + "s  %s",
                        hit.score(),
                        hit.documentId(),
                        beginning(hit.text())));
    }

    /** On one line, at a word's end. */
    private static String beginning(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= TEXT_WIDTH) {
            return line;
        }
        String cut = line.substring(0, line.offsetByCodePoints(0, TEXT_WIDTH));
        int space = cut.lastIndexOf(' ');
        return (space > TEXT_WIDTH / 2 ? cut.substring(0, space) : cut) + " …";
    }
}
