package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.batch.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenizerPoolTest {
    private static final int BACKLOG = 1000;

    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private void occupy(TokenizerPool pool) throws InterruptedException {
        pool.execute(Priority.QUERY, new Named("first") {
            @Override
            public void run() {
                busy.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInteractiveTextWaitsForNoBacklogThatCameBeforeIt() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        try (TokenizerPool pool = new TokenizerPool(1)) {
            occupy(pool);
            for (int i = 0; i < BACKLOG; i++) {
                pool.execute(Priority.BULK, new Named("bulk"));
            }
            pool.execute(Priority.INTERACTIVE, new Named("interactive"));
            pool.execute(Priority.QUERY, new Named("query"));
            pool.execute(Priority.BULK, new Named("bulk") {
                @Override
                public void run() {
                    last.countDown();
                }
            });
            go.countDown();
            assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(done.subList(0, 3)).containsExactly("query", "interactive", "bulk");
        assertThat(done).hasSize(BACKLOG + 2);
    }

    @Test
    void bulkIsNotStarvedByInteractiveTexts() throws Exception {
        CountDownLatch last = new CountDownLatch(1);
        try (TokenizerPool pool = new TokenizerPool(1)) {
            occupy(pool);
            pool.execute(Priority.BULK, new Named("bulk"));
            for (int i = 0; i < 100; i++) {
                pool.execute(Priority.INTERACTIVE, new Named("interactive"));
            }
            pool.execute(Priority.INTERACTIVE, new Named("last") {
                @Override
                public void run() {
                    last.countDown();
                }
            });
            go.countDown();
            assertThat(last.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(done.indexOf("bulk")).isBetween(1, TokenizerPool.PATIENCE);
    }

    @Test
    void refusesWhatWaitsWhenItIsClosedAndWhatComesLater() throws Exception {
        TokenizerPool pool = new TokenizerPool(1);
        occupy(pool);
        pool.execute(Priority.BULK, new Named("waiting"));
        pool.close(); // interrupts the first
        pool.execute(Priority.QUERY, new Named("late"));

        assertThat(done).isEmpty();
        assertThat(refused).containsExactly("waiting", "late");
    }

    private class Named implements TokenizerPool.Task {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void run() {
            done.add(name);
        }

        @Override
        public void refuse(RuntimeException why) {
            assertThat(why).isInstanceOf(CancellationException.class);
            refused.add(name);
        }
    }
}
