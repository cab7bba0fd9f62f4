package dev.lurcher.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lurcher.worker.WorkerException.Code;
import java.io.IOException;

/** Objects as JSON, by Jackson, which is there only if the program has it. Any thread. */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .findAndAddModules()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /** @throws WorkerException BAD_RESPONSE if it cannot be written; NO_JACKSON */
    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new WorkerException(Code.BAD_RESPONSE, value.getClass() + " as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * @throws ResponseException 400 if it is no JSON of this shape
     * @throws WorkerException NO_JACKSON
     */
    static <T> T read(byte[] content, Class<T> type) {
        try {
            return MAPPER.readValue(content, type);
        } catch (JsonProcessingException e) {
            throw Response.error(400, "The content is not the JSON that is wanted: " + e.getOriginalMessage())
                    .exception();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static WorkerException missing(NoClassDefFoundError e) {
        return new WorkerException(
                Code.NO_JACKSON,
                "Objects become JSON by Jackson: put com.fasterxml.jackson.core:jackson-databind on the class path.",
                e);
    }
}
