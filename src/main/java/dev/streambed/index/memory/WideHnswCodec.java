package dev.streambed.index.memory;

import java.io.IOException;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own codec with room for vectors of more than its 1,024 dimensions: that is a default of the format, not of the file. Under the names
 * of Lucene's codec and format, so that Lucene itself reads what this writes.
 */
final class WideHnswCodec extends FilterCodec {
    /** The most dimensions of a model in sight. */
    static final int MAX_DIMENSION = 4_096;

    private static final KnnVectorsFormat LUCENE = new Lucene99HnswVectorsFormat();

    private final KnnVectorsFormat perField = new PerFieldKnnVectorsFormat() {
        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return new Wide();
        }
    };

    WideHnswCodec() {
        super("Lucene912", new Lucene912Codec());
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
        return perField;
    }

    private static final class Wide extends KnnVectorsFormat {
        Wide() {
            super(LUCENE.getName());
        }

        @Override
        public int getMaxDimensions(String field) {
            return MAX_DIMENSION;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return LUCENE.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return LUCENE.fieldsReader(state);
        }
    }
}
