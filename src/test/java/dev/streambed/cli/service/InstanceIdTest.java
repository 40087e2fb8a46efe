package dev.streambed.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.cli.config.InvalidValueException;
import dev.streambed.cli.config.StateSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {
    @Test
    void isTheOneThatWasGiven(@TempDir Path directory) {
        assertThat(InstanceId.of(new StateSettings(directory, "search.streambed-embed-0")))
                .isEqualTo("search.streambed-embed-0");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void otherwiseBelongsToTheDirectory(@TempDir Path one, @TempDir Path other) {
        String made = InstanceId.of(new StateSettings(one, null));

        assertThat(InstanceId.of(new StateSettings(one, null))).isEqualTo(made);
        assertThat(InstanceId.of(new StateSettings(other, null))).isNotEqualTo(made);
    }

    @Test
    void mustBeAKafkaName() {
        assertThatThrownBy(() -> new StateSettings(null, "pod/0"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("state.instance-id");
    }
}
