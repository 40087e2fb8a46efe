import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.completion.Completion;
import dev.streambed.document.DocumentChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Publishes one document and waits until its vectors are in the store. Arguments: bootstrap servers, document id, text. */
public final class AwaitOutcome {
    private AwaitOutcome() {}

    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: AwaitOutcome BOOTSTRAP_SERVERS DOCUMENT_ID TEXT");
            System.exit(2);
        }
        DocumentChange change = DocumentChange.upsert(args[1], args[2])
                .withTitle("An example")
                .withMetadata(Map.of("source", "example"));

        Completion completion;
        // One client for a process is enough: it is thread-safe, and many submissions may be under way.
        try (EmbeddingClient client = EmbeddingClient.connect(EmbeddingClientConfig.of(args[0]))) {
            CompletableFuture<Completion> future = client.submit(change);
            completion = future.join();
        }

        System.out.println(completion.documentId() + ": " + completion.outcome() + ", " + completion.chunks()
                + " chunk(s), " + completion.timings().totalMillis() + " ms");
        if (completion.reason() != null) {
            System.out.println(completion.reason().code().wireName() + ": " + completion.reason().message());
        }
        System.exit(completion.outcome().isDone() ? 0 : 1);
    }
}
