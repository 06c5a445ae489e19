package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Stores and reads deletion plans; every object is compared with the digest that names it. */
final class DeletionPlans {
  private static final String PART_FORMAT = "strongroom.deletion-part.v1";

  private final ObjectStore store;
  private final ControlPaths paths;

  DeletionPlans(ObjectStore store, ControlPaths paths) {
    this.store = store;
    this.paths = paths;
  }

  /** Collects items into parts that it stores, and at the end the plan that names them. */
  final class Draft implements Consumer<DeletionItem> {
    private final List<DeletionPlan.Part> parts = new ArrayList<>();
    private final List<DeletionItem> items = new ArrayList<>();
    private final boolean storing;
    private long objects;
    private long bytes;
    private long expired;
    private long held;

    /** A draft that is stored, or one that only counts. */
    Draft(boolean storing) {
      this.storing = storing;
    }

    @Override
    public void accept(DeletionItem item) {
      objects += item.object().isPresent() ? 1 : 0;
      expired += item.object().isPresent() ? 0 : 1;
      bytes += item.bytes();
      if (storing) {
        items.add(item);
        if (items.size() == DeletionPlan.MAX_ITEMS) {
          storePart();
        }
      }
    }

    /** Counts an item that a hold keeps. */
    void holdBack() {
      held++;
    }

    private void storePart() {
      if (!items.isEmpty()) {
        String digest =
            put(
                JsonObject.builder()
                    .put("format", PART_FORMAT)
                    .put("pipeline", paths.pipeline().path())
                    .putObjects("items", items.stream().map(DeletionItem::toJson).toList())
                    .build()
                    .canonicalBytes(),
                true);
        parts.add(new DeletionPlan.Part(digest, items.size()));
        items.clear();
      }
    }

    DeletionPlan finish(
        DeletionPlan.Kind kind,
        Optional<String> base,
        long floor,
        String actor,
        String reason,
        Instant at) {
      storePart();
      DeletionPlan draft =
          new DeletionPlan(
              kind,
              paths.pipeline(),
              base,
              floor,
              parts,
              objects,
              bytes,
              expired,
              held,
              actor,
              reason,
              at,
              "");
      byte[] content = draft.toJson().canonicalBytes();
      if (storing) {
        put(content, false);
      }
      return DeletionPlan.fromJson(
          JsonValue.parseCanonicalObject(content), ControlJson.sha256(content));
    }
  }

  private String put(byte[] content, boolean part) {
    String digest = ControlJson.sha256(content);
    String key = part ? paths.deletionPart(digest) : paths.deletion(digest);
    if (!Arrays.equals(ControlObjects.first(store, key, content), content)) {
      throw invalid(key, "does not have the digest in its name");
    }
    return digest;
  }

  /** The plan of a digest. */
  DeletionPlan read(String digest) {
    ControlJson.requireDigest("the digest of the plan", digest);
    String key = paths.deletion(digest);
    byte[] content = content(key, digest);
    DeletionPlan plan =
        ControlObjects.parse(
            key,
            content,
            StorageErrorCode.DELETION_PLAN_INVALID,
            ControlObjects.canonical(json -> DeletionPlan.fromJson(json, digest)));
    if (!plan.pipeline().equals(paths.pipeline())) {
      throw invalid(key, "is of another pipeline");
    }
    return plan;
  }

  /** The items of a part of a plan. */
  List<DeletionItem> items(DeletionPlan.Part part) {
    String key = paths.deletionPart(part.digest());
    List<DeletionItem> items =
        ControlObjects.parse(
            key,
            content(key, part.digest()),
            StorageErrorCode.DELETION_PLAN_INVALID,
            ControlObjects.canonical(
                json -> {
                  ControlJson.requireFormat(json, PART_FORMAT);
                  ControlJson.requireMembers(json, Set.of("format", "pipeline", "items"), Set.of());
                  if (!json.string("pipeline").equals(paths.pipeline().path())) {
                    throw new IllegalArgumentException("it is of another pipeline");
                  }
                  return json.objects("items").stream().map(DeletionItem::fromJson).toList();
                }));
    if (items.size() != part.items()) {
      throw invalid(key, "is not what its plan says");
    }
    return items;
  }

  /** Hands every item of a plan to a visitor. */
  void each(DeletionPlan plan, Consumer<DeletionItem> visitor) {
    for (DeletionPlan.Part part : plan.parts()) {
      items(part).forEach(visitor);
    }
  }

  private byte[] content(String key, String digest) {
    byte[] content =
        ControlObjects.get(store, key, StorageErrorCode.DELETION_PLAN_INVALID)
            .orElseThrow(() -> invalid(key, "is missing"))
            .content();
    if (!ControlJson.sha256(content).equals(digest)) {
      throw invalid(key, "does not have the digest in its name");
    }
    return content;
  }

  private static StorageException invalid(String key, String problem) {
    return new StorageException(
        StorageErrorCode.DELETION_PLAN_INVALID, "object " + key + " " + problem);
  }
}
