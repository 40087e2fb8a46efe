package dev.streambed.stage;

import dev.streambed.stage.TestResult.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges what a stage answered, in the order of its log, by what was sent. */
final class Oracle {
    private final Map<EventRef, TestEvent> sent;
    private final Map<String, List<TestEvent>> byDocument;
    private final List<TestTopics.Answered> log;

    Oracle(List<TestEvent> sent, List<TestTopics.Answered> log) {
        this.sent = sent.stream().collect(Collectors.toMap(TestEvent::ref, event -> event));
        this.byDocument = sent.stream().collect(Collectors.groupingBy(TestEvent::documentId));
        this.log = log;
    }

    /** All that is wrong, a line each; empty where nothing is. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        complaints.addAll(lost());
        complaints.addAll(wrongSuperseded());
        complaints.addAll(wrongUnchangedAndLast());
        return complaints;
    }

    private List<String> lost() {
        Set<EventRef> answered =
                log.stream().map(answer -> answer.result().ref()).collect(Collectors.toSet());
        return sent.values().stream()
                .filter(event -> !answered.contains(event.ref()))
                .map(event -> "LOST " + event)
                .toList();
    }

    private List<String> wrongSuperseded() {
        return log.stream()
                .filter(answer -> answer.result().kind() == Kind.SUPERSEDED)
                .map(answer -> event(answer.result().ref()))
                .filter(event -> newest(event.documentId()).ref().equals(event.ref()))
                .map(event -> "WRONG SUPERSEDED " + event)
                .toList();
    }

    /** What the log says is stored is the content of its last result: an event is unchanged only against that. */
    private List<String> wrongUnchangedAndLast() {
        List<String> complaints = new ArrayList<>();
        Map<String, String> stored = new HashMap<>();
        for (TestTopics.Answered answer : log) {
            TestResult result = answer.result();
            if (result.kind() == Kind.RESULT) {
                stored.put(answer.documentId(), result.content());
            } else if (result.kind() == Kind.UNCHANGED && !result.content().equals(stored.get(answer.documentId()))) {
                complaints.add("WRONG UNCHANGED " + event(result.ref()) + " at " + answer.partition() + "/"
                        + answer.offset() + ", stored: " + stored.get(answer.documentId()));
            }
        }
        byDocument.forEach((documentId, events) -> {
            TestEvent newest = newest(documentId);
            boolean mayFail = events.stream().anyMatch(event -> event.content().equals(StageChild.FAILING));
            if (!mayFail && !newest.content().equals(stored.get(documentId))) {
                complaints.add("WRONG LAST " + newest + ", stored: " + stored.get(documentId));
            }
        });
        return complaints;
    }

    private TestEvent event(EventRef ref) {
        TestEvent event = sent.get(ref);
        if (event == null) {
            throw new IllegalStateException(ref + " was answered, but never sent");
        }
        return event;
    }

    private TestEvent newest(String documentId) {
        return byDocument.getOrDefault(documentId, List.of()).stream()
                .reduce((one, other) -> other.isNewerThan(one.head()) ? other : one)
                .orElseThrow();
    }
}
