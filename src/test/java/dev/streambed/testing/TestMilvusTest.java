package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestMilvusTest {
    @Test
    void isStartedOnceAndShared() {
        TestMilvus milvus = TestMilvus.require();

        assertThat(TestMilvus.require()).isSameAs(milvus);
        assertThat(milvus.uri()).startsWith("http");
    }
}
