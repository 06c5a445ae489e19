package io.strongroom.pipeline;

import io.strongroom.base.JsonValue.JsonObject;

/** A rule of the gate policy that fired; {@code stops} or only warns. */
record GateFinding(GateRule rule, boolean stops, String why) {
  JsonObject toJson() {
    return JsonObject.builder()
        .put("rule", rule.id())
        .put("verdict", stops ? "stop" : "warn")
        .put("why", why)
        .build();
  }
}
