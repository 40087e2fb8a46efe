package dev.streambed.index;

import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** From a record of the log to the rows of a store: the same for every store, and for every way the log is read. */
final class DocumentRows {
    private DocumentRows() {}

    /** One row a chunk. */
    static List<Row> of(LogEntry.Upsert upsert) {
        List<Row> rows = new ArrayList<>(upsert.chunks().size());
        for (int number = 0; number < upsert.chunks().size(); number++) {
            EmbeddedChunk chunk = upsert.chunks().get(number);
            rows.add(new Row(
                    Row.idOf(upsert.documentId(), number),
                    upsert.documentId(),
                    number,
                    upsert.version(),
                    upsert.title(),
                    upsert.text().substring(chunk.start(), chunk.end()),
                    upsert.metadata(),
                    chunk.vector()));
        }
        return rows;
    }

    /** The ids of the chunks {@code from} to {@code to - 1}: no longer there, if they ever were. */
    static List<String> staleIds(String documentId, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(chunk -> Row.idOf(documentId, chunk))
                .toList();
    }
}
