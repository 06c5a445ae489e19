package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code keys.json} holds.
 *
 * @param run whose keys these are
 * @param pipeline whose run it is
 * @param tenant whose data it is
 * @param epoch 1, and one more with every new wrapping
 * @param wrapped the wrapped data keys
 * @param macs the code of the document under each data key, hexadecimal
 */
record KeysDocument(
    RunId run,
    PipelineRef pipeline,
    String tenant,
    long epoch,
    SortedMap<DataKeyName, WrappedDataKey> wrapped,
    SortedMap<DataKeyName, String> macs) {

  private static final String FORMAT = "strongroom.keys.v1";
  private static final Set<String> MEMBERS =
      Set.of("format", "run", "pipeline", "tenant", "epoch", "keys", "macs");
  private static final Set<String> KEY_MEMBERS = Set.of("dataset", "class", "wrapped");

  KeysDocument with(SortedMap<DataKeyName, String> newMacs) {
    return new KeysDocument(run, pipeline, tenant, epoch, wrapped, newMacs);
  }

  /** The canonical form of everything but the codes. */
  byte[] authenticatedBytes() {
    return toJson().without("macs").canonicalBytes();
  }

  JsonObject toJson() {
    List<JsonObject> keys = new ArrayList<>();
    for (Map.Entry<DataKeyName, WrappedDataKey> key : wrapped.entrySet()) {
      keys.add(
          JsonObject.builder()
              .put("dataset", key.getKey().dataset().path())
              .put("class", key.getKey().keyClass().name())
              .put("wrapped", key.getValue().toJson())
              .build());
    }
    SortedMap<String, String> codes = new TreeMap<>();
    macs.forEach((name, mac) -> codes.put(name.text(), mac));
    return JsonObject.builder()
        .put("format", FORMAT)
        .put("run", run.value())
        .put("pipeline", pipeline.path())
        .put("tenant", tenant)
        .put("epoch", epoch)
        .putObjects("keys", keys)
        .put("macs", ControlJson.strings(codes))
        .build();
  }

  static KeysDocument fromJson(JsonObject json) {
    ControlJson.requireFormat(json, FORMAT);
    ControlJson.requireMembers(json, MEMBERS, Set.of());
    SortedMap<DataKeyName, WrappedDataKey> wrapped = new TreeMap<>();
    for (JsonObject key : json.objects("keys")) {
      ControlJson.requireMembers(key, KEY_MEMBERS, Set.of());
      DataKeyName name =
          new DataKeyName(
              DatasetRef.parse(key.string("dataset")), new KeyClass(key.string("class")));
      if (!wrapped.isEmpty() && wrapped.lastKey().compareTo(name) >= 0) {
        throw new IllegalArgumentException(
            "the keys are not in the order of their datasets and classes");
      }
      wrapped.put(name, WrappedDataKey.fromJson(key.object("wrapped")));
    }
    SortedMap<String, String> codes = ControlJson.strings(json.object("macs"));
    codes.forEach((name, mac) -> ControlJson.requireDigest("a code", mac));
    SortedMap<DataKeyName, String> macs = new TreeMap<>();
    for (DataKeyName name : wrapped.keySet()) {
      String code = codes.get(name.text());
      if (code != null) {
        macs.put(name, code);
      }
    }
    if (macs.size() != wrapped.size() || codes.size() != wrapped.size()) {
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
