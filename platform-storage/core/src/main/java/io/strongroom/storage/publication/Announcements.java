package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Optional;
import java.util.Set;

/** Intents in the log and where they stand, as control objects hold it. */
final class Announcements {
  private Announcements() {}

  /** Appends an intent unless an equal one stands in the log. */
  static IntentReceipt announce(IntentLog intents, Intent intent) {
    Optional<IntentReceipt> earlier = intents.find(intent.id());
    return earlier.isPresent() ? earlier.get() : intents.append(intent);
  }

  static JsonObject toJson(IntentReceipt receipt) {
    return JsonObject.builder()
        .put("index", receipt.index())
        .put("leafHash", receipt.leafHash())
        .build();
  }

  static IntentReceipt receipt(JsonObject json) {
    ControlJson.requireMembers(json, Set.of("index", "leafHash"), Set.of());
    return new IntentReceipt(json.integer("index"), json.string("leafHash"));
  }
}
