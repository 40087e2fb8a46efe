package dev.streambed.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The texts that are embedded.
 *
 * @param name for people
 * @param texts none of them blank, at least one
 */
public record BenchCorpus(String name, List<String> texts) {
    private static final String SAMPLE = "/dev/streambed/demo/corpus.jsonl";
    private static final int MIXED_TEXTS = 400;

    /** Of the sentences in a text: most have a few, some have very many. */
    private static final double MEDIAN_SENTENCES = 4;

    private static final double SPREAD = 1.0;
    private static final int MOST_SENTENCES = 120;

    public BenchCorpus {
        texts = List.copyOf(texts);
    }

    /**
     * Reads lines as {@code publish} takes them; what has no text is left out.
     *
     * @throws IOException if the file cannot be read, has a line that is no JSON object, or no text at all
     */
    public static BenchCorpus read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            List<String> texts = texts(in, file.toString());
            if (texts.isEmpty()) {
                throw new IOException(file + " has no line with a \"text\"");
            }
            return new BenchCorpus(file.getFileName().toString(), texts);
        }
    }

    /** Texts of very different lengths, made of the sentences of the demo's corpus: from one sentence to beyond the model's window. */
    public static BenchCorpus mixed(long seed) throws IOException {
        List<String> sentences = sentences().texts();
        Random random = new Random(seed);
        List<String> texts = IntStream.range(0, MIXED_TEXTS)
                .mapToObj(i -> text(sentences, random))
                .toList();
        return new BenchCorpus("mix", texts);
    }

    /** The sentences of the demo's corpus, each a short text. */
    public static BenchCorpus sentences() throws IOException {
        try (InputStream in = BenchCorpus.class.getResourceAsStream(SAMPLE)) {
            if (in == null) {
                throw new IOException(SAMPLE + " is not on the class path");
            }
            return new BenchCorpus(
                    "sentences",
                    texts(in, SAMPLE).stream()
                            .flatMap(text -> List.of(text.split("(?<=[.!?])\\s+")).stream())
                            .toList());
        }
    }

    private static String text(List<String> sentences, Random random) {
        double drawn = MEDIAN_SENTENCES * Math.exp(SPREAD * random.nextGaussian());
        int count = (int) Math.max(1, Math.min(MOST_SENTENCES, Math.round(drawn)));
        return IntStream.range(0, count)
                .mapToObj(i -> sentences.get(random.nextInt(sentences.size())))
                .collect(Collectors.joining(" "));
    }

    /** The first so many of them. */
    public BenchCorpus first(int count) {
        return count >= texts.size() ? this : new BenchCorpus(name, texts.subList(0, count));
    }

    private static List<String> texts(InputStream in, String name) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<String> texts = new ArrayList<>();
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            JsonNode text = parse(mapper, line, name, number).path("text");
            if (text.isTextual() && !text.textValue().isBlank()) {
                texts.add(text.textValue());
            }
        }
        return texts;
    }

    private static JsonNode parse(ObjectMapper mapper, String line, String name, int number) throws IOException {
        try {
            return mapper.readTree(line);
        } catch (IOException e) {
            throw new IOException(name + ", line " + number + ", is not JSON", e);
        }
    }
}
