package dev.streambed.cli.config;

/** The table of keys for people, in Markdown. */
public final class ConfigTable {
    private ConfigTable() {}

    /** {@code docs/configuration.md}; a test keeps the file equal to it. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("""
                # Configuration

                A YAML file (`--config FILE`, or the variable `STREAMBED_CONFIG`), overridden by variables, overridden by flags
                (`--set key=value`, as often as needed). `./streambed config` prints what is in force and where each value came from. An unknown
                key is an error. A section may be written nested or with dots:

                ```yaml
                kafka.bootstrap.servers: kafka-1:9092,kafka-2:9092
                milvus:
                  uri: http://milvus:19530
                  token-file: /run/secrets/milvus
                ```

                Durations have a unit: `ms`, `s`, `m`, `h`, `d`. Sizes are bytes, or have a unit: `B`, `kB`, `MB`, `GB`, in powers of 1,024 (1MB is
                1,048,576 bytes).

                | Key | Value | Default | Meaning | Variable |
                | --- | --- | --- | --- | --- |
                """);
        for (ConfigKey key : ConfigKeys.ALL) {
            String initial = key.defaultText();
            String shown = initial == null ? "unset" : initial.isEmpty() ? "empty" : "`" + initial + "`";
            table.append("| `%s` | %s | %s | %s | `%s` |%n"
                    .formatted(key.name(), key.expected(), shown, key.meaning(), key.variable()));
        }
        table.append("""

                Besides, `kafka.<setting>` takes any setting of Kafka's own clients (Streams, producer, consumer, admin), bare or with the prefixes
                of Kafka Streams (`producer.`, `consumer.`, `main.consumer.`, `restore.consumer.`, `global.consumer.`, `admin.`); names and values
                are checked against the clients' own definitions. Refused, each with its reason: another `processing.guarantee` than
                `at_least_once`, another `group.protocol` than `classic`, another `max.task.idle.ms` than `-1`, and what follows from other keys.

                Kafka's `sasl.*` and `ssl.*` settings may refer to files, so that no secret stands in the YAML: `kafka.config.providers` and
                `kafka.config.providers.<name>.class` and `.param.<parameter>` (in the file, or by `--set`) are Kafka's own, and are resolved by its
                clients. [security.md](security.md) has an example.

                Values that are secret (`embedder.token`, `milvus.token`, `http.password`, Kafka's passwords, JAAS lines and keys) are never printed
                or logged. Prefer `token-file` and `password-file`, or a variable, to a flag: other users of a machine can read the flags of a process.
                """);
        return table.toString().replace(System.lineSeparator(), "\n");
    }
}
