package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroupOffsetsTest {
    @Test
    void aMemberIsAnInstancesOnlyIfItsThreadsNumberIsAllThatFollows() {
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-1-1")).isTrue();
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-1-12")).isTrue();
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-10-1")).isFalse();
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-1-1-1")).isFalse();
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-1-")).isFalse();
        assertThat(GroupOffsets.isMemberOf("embed-1", "embed-1")).isFalse();
    }
}
