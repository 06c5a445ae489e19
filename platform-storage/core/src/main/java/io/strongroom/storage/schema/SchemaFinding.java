package io.strongroom.storage.schema;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Set;

/**
 * One thing that changed in a schema.
 *
 * @param field which field
 * @param verdict what this alone means
 * @param what what changed, in words; names types, never values
 */
public record SchemaFinding(String field, Verdict verdict, String what) {

  JsonObject toJson() {
    return JsonObject.builder()
        .put("field", field)
        .put("verdict", verdict.name())
        .put("what", what)
        .build();
  }

  static SchemaFinding fromJson(JsonObject json) {
    ControlJson.requireMembers(json, Set.of("field", "verdict", "what"), Set.of());
    return new SchemaFinding(
        json.string("field"), Verdict.valueOf(json.string("verdict")), json.string("what"));
  }

  @Override
  public String toString() {
    return "field '" + field + "' " + what;
  }
}
