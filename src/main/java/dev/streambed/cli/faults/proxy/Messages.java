package dev.streambed.cli.faults.proxy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import io.milvus.grpc.DeleteRequest;
import io.milvus.grpc.ErrorCode;
import io.milvus.grpc.FieldData;
import io.milvus.grpc.InsertRequest;
import io.milvus.grpc.MutationResult;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpsertRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The few of Milvus's messages that the proxy reads or writes itself. */
final class Messages {
    private static final String ID = "id";
    private static final String VERSION = "version";

    /** The filter by which {@code MilvusIndex} deletes: strings with only the quote and the backslash escaped. */
    private static final Pattern ID_LIST = Pattern.compile("\\s*" + ID + "\\s+in\\s+\\[.*]\\s*", Pattern.DOTALL);

    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"", Pattern.DOTALL);
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private Messages() {}

    /**
     * The rows that a write names.
     *
     * @throws InvalidProtocolBufferException if these are no bytes of such a request
     */
    static List<RowRef> rows(String method, byte[] request) throws InvalidProtocolBufferException {
        return switch (method) {
            case "Upsert" -> columns(UpsertRequest.parseFrom(request).getFieldsDataList());
            case "Insert" -> columns(InsertRequest.parseFrom(request).getFieldsDataList());
            case "Delete" -> deleted(DeleteRequest.parseFrom(request).getExpr());
            default -> List.of();
        };
    }

    private static List<RowRef> columns(List<FieldData> fields) {
        List<String> ids = List.of();
        List<Long> versions = List.of();
        for (FieldData field : fields) {
            if (field.getFieldName().equals(ID)) {
                ids = field.getScalars().getStringData().getDataList();
            } else if (field.getFieldName().equals(VERSION)) {
                versions = field.getScalars().getLongData().getDataList();
            }
        }
        var rows = new ArrayList<RowRef>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            rows.add(new RowRef(ids.get(i), i < versions.size() ? versions.get(i) : -1));
        }
        return List.copyOf(rows);
    }

    private static List<RowRef> deleted(String filter) {
        if (!ID_LIST.matcher(filter).matches()) {
            return List.of();
        }
        return STRING.matcher(filter)
                .results()
                .map(found ->
                        ESCAPE.matcher(found.group(1)).replaceAll(escape -> Matcher.quoteReplacement(escape.group(1))))
                .map(id -> new RowRef(id, -1))
                .toList();
    }

    /** Whether a write's answer says that it was done. */
    static boolean isDone(byte[] mutationResult) {
        try {
            Status status = MutationResult.parseFrom(mutationResult).getStatus();
            return status.getCode() == 0 && isOldSuccess(status);
        } catch (InvalidProtocolBufferException e) {
            return false; // the caller will not make anything of it either
        }
    }

    @SuppressWarnings("deprecation") // servers before 2.3 say it there alone
    private static boolean isOldSuccess(Status status) {
        return status.getErrorCode() == ErrorCode.Success;
    }

    /** A write's answer that says that nothing was done, as a server of 2.3 says it: with its code, and with the one of before. */
    @SuppressWarnings("deprecation") // a server still fills it, and clients still look
    static byte[] refusal(int code, String reason) {
        return MutationResult.newBuilder()
                .setStatus(Status.newBuilder().setCode(code).setReason(reason).setErrorCode(oldCode(code)))
                .build()
                .toByteArray();
    }

    @SuppressWarnings("deprecation")
    private static ErrorCode oldCode(int code) {
        return switch (code) {
            case 3 -> ErrorCode.MemoryQuotaExhausted;
            case 7 -> ErrorCode.DiskQuotaExhausted;
            case 8 -> ErrorCode.RateLimit;
            case 9 -> ErrorCode.ForceDeny;
            case 100 -> ErrorCode.CollectionNotExists;
            case 1100 -> ErrorCode.IllegalArgument;
            default -> ErrorCode.UnexpectedError;
        };
    }
}
