package dev.streambed.embed.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON to and from a service that may be another one than was meant. The size of an answer is bounded where it is read: {@link LimitedBody}. */
final class RemoteJson {
    /** An answer has four levels; an error's may have some more. */
    private static final int MAX_DEPTH = 32;

    /** A float64 takes 25 characters at most. */
    private static final int MAX_NUMBER_LENGTH = 64;

    /** Vectors are numbers; a string is a name or a message. */
    private static final int MAX_STRING_LENGTH = 1 << 20;

    private RemoteJson() {}

    static ObjectMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxNumberLength(MAX_NUMBER_LENGTH)
                                .maxStringLength(MAX_STRING_LENGTH)
                                .maxNameLength(MAX_STRING_LENGTH)
                                .build())
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }
}
