package dev.streambed.index;

import dev.streambed.index.PendingWrite.Call;
import dev.streambed.index.PendingWrite.Part;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The last look at a call before it is made: is each write still wanted, still allowed, and can the store take it? Thread-safe. */
final class Admission {
    private final VectorIndex index;

    Admission(VectorIndex index) {
        this.index = index;
    }

    /** The call without the parts that are not to be made; these go to the failures, with why. */
    Call of(Call call, Map<Part, Throwable> failures) {
        var parts = new ArrayList<Part>(call.parts().size());
        for (Part part : call.parts()) {
            Throwable failure = failureOf(part.of());
            if (failure == null) {
                parts.add(part);
            } else {
                failures.put(part, failure);
            }
        }
        return new Call(call.deletes(), parts, call.bisecting());
    }

    private @Nullable Throwable failureOf(PendingWrite pending) {
        if (pending.future.isDone()) {
            return new CancellationException();
        }
        if (!pending.write.mayWrite().getAsBoolean()) {
            return new CancellationException("the partition may have been lost: " + pending.write.documentId());
        }
        if (!pending.checked) { // all rows before the first call: a document is refused whole
            try {
                for (Row row : pending.write.rows()) {
                    index.check(row);
                }
            } catch (IndexException e) {
                return e;
            }
            pending.checked = true;
        }
        return null;
    }
}
