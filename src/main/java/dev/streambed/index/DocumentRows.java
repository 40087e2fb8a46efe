package dev.streambed.index;

import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogEntry;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

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

    /**
     * The ids of the chunks {@code from} to {@code to - 1}: no longer there, if they ever were. Made when they are asked for: of many deletions
     * that wait, each may be of thousands.
     */
    static List<String> staleIds(String documentId, int from, int to) {
        return new StaleIds(documentId, from, Math.max(from, to));
    }

    private static final class StaleIds extends AbstractList<String> implements RandomAccess {
        private final String documentId;
        private final int from;
        private final int to;

        StaleIds(String documentId, int from, int to) {
            this.documentId = documentId;
            this.from = from;
            this.to = to;
        }

        @Override
        public String get(int index) {
            return Row.idOf(documentId, from + Objects.checkIndex(index, size()));
        }

        @Override
        public int size() {
            return to - from;
        }
    }
}
