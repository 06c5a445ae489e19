package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code keys.json} holds. Every key is of the class {@code default}.
 *
 * @param run whose keys these are
 * @param pipeline whose run it is
 * @param tenant whose data it is
 * @param epoch 1, and one more with every new wrapping
 * @param wrapped the wrapped data key of each dataset, by the dataset's path
 * @param macs the code of the document under each data key, hexadecimal, by the dataset's path
 */
record KeysDocument(
    RunId run,
    PipelineRef pipeline,
    String tenant,
    long epoch,
    SortedMap<String, WrappedDataKey> wrapped,
    SortedMap<String, String> macs) {

  private static final String FORMAT = "strongroom.keys.v1";
  private static final String KEY_CLASS = "default";
  private static final Set<String> MEMBERS =
      Set.of("format", "run", "pipeline", "tenant", "epoch", "keys", "macs");
  private static final Set<String> KEY_MEMBERS = Set.of("dataset", "class", "wrapped");

  KeysDocument with(SortedMap<String, String> newMacs) {
    return new KeysDocument(run, pipeline, tenant, epoch, wrapped, newMacs);
  }

  /** The canonical form of everything but the codes. */
  byte[] authenticatedBytes() {
    return toJson().without("macs").canonicalBytes();
  }

  JsonObject toJson() {
    List<JsonObject> keys = new ArrayList<>();
    for (Map.Entry<String, WrappedDataKey> key : wrapped.entrySet()) {
      keys.add(
          JsonObject.builder()
              .put("dataset", key.getKey())
              .put("class", KEY_CLASS)
              .put("wrapped", key.getValue().toJson())
              .build());
    }
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("run", run.value())
        .put("pipeline", pipeline.path())
        .put("tenant", tenant)
        .put("epoch", epoch)
        .putObjects("keys", keys)
        .put("macs", ControlJson.strings(macs))
        .build();
  }

  static KeysDocument fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    SortedMap<String, WrappedDataKey> wrapped = new TreeMap<>();
    String before = "";
    for (JsonObject key : json.objects("keys")) {
      ControlJson.requireMembers(key, KEY_MEMBERS, Set.of());
      String path = DatasetRef.parse(key.string("dataset")).path();
      if (before.compareTo(path) >= 0 || !key.string("class").equals(KEY_CLASS)) {
        throw new IllegalArgumentException(
            "the keys are not in the order of their datasets, or of an unknown class");
      }
      before = path;
      wrapped.put(path, WrappedDataKey.fromJson(key.object("wrapped")));
    }
    SortedMap<String, String> macs = ControlJson.strings(json.object("macs"));
    macs.forEach((path, mac) -> ControlJson.requireDigest("a code", mac));
    if (!macs.keySet().equals(wrapped.keySet())) {
      throw new IllegalArgumentException("the keys and the codes are not of the same datasets");
    }
    ControlJson.requireText("tenant", json.string("tenant"));
    if (json.integer("epoch") < 1) {
      throw new IllegalArgumentException("member epoch is less than 1");
    }
    KeysDocument document =
        new KeysDocument(
            new RunId(json.string("run")),
            PipelineRef.parse(json.string("pipeline")),
            json.string("tenant"),
            json.integer("epoch"),
            wrapped,
            macs);
    if (!document.toJson().equals(json)) {
      throw new IllegalArgumentException("there is a member of an unknown name");
    }
    return document;
  }
}
