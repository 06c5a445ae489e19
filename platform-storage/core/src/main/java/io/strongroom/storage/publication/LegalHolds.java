package io.strongroom.storage.publication;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.run.internal.ControlJson;
import io.strongroom.storage.run.internal.ControlObjects;
import io.strongroom.storage.run.internal.ControlPaths;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The legal holds of a pipeline. Everything that deletes asks them, before it begins and again as
 * it goes on.
 *
 * <p>A hold and its release are two objects that never change, each announced in the intent log
 * before it is stored; one whose entry does not stand there is an integrity failure, and nothing is
 * deleted then.
 *
 * <p>Who deletes first stores that it has begun and then reads the holds; who holds first stores
 * the hold and then reads what has begun. So either the deletion sees the hold, or {@link #place}
 * says which deletions may have been faster.
 *
 * <p>Safe for use by several threads and processes, and to call again after any failure. Methods
 * throw {@link StorageException}: {@link StorageErrorCode#STORE_UNAVAILABLE} when the store does
 * not answer, {@link StorageErrorCode#LEGAL_HOLD_INVALID} naming an object that is damaged or was
 * not announced.
 */
public final class LegalHolds {
  private static final String RELEASE_FORMAT = "strongroom.hold-release.v1";
  private static final String HOLD = "/hold.json";
  private static final String RELEASED = "/released.json";

  private final ObjectStore store;
  private final ControlPaths paths;
  private final IntentLog intents;
  private final InstantSource clock;

  /**
   * The holds of a pipeline.
   *
   * @param store where the control objects are
   * @param pipeline whose data they are about
   * @param intents where they are announced
   * @param clock stamps them
   */
  public LegalHolds(
      ObjectStore store, PipelineRef pipeline, IntentLog intents, InstantSource clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.paths = new ControlPaths(pipeline);
    this.intents = Objects.requireNonNull(intents, "intents");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * A hold that stands.
   *
   * @param hold the hold
   * @param begun digests of the deletion plans that had begun and not ended: they stop where they
   *     meet the hold, and what they did before is gone; unmodifiable
   */
  public record Placed(LegalHold hold, List<String> begun) {
    /** Copies the list. */
    public Placed {
      Objects.requireNonNull(hold, "hold");
      begun = List.copyOf(begun);
    }
  }

  /**
   * Places a hold. From when this returns, nothing that it covers is deleted, but by the plans that
   * the result names.
   *
   * @param hold the hold; its time is replaced by now
   * @throws StorageException {@link StorageErrorCode#LEGAL_HOLD_REFUSED} when another hold of this
   *     id stands there, or it was released
   */
  public Placed place(LegalHold hold) {
    LegalHold mine = at(hold, clock.instant());
    String key = paths.hold(mine.id()) + HOLD;
    Optional<LegalHold> standing = read(key);
    if (standing.isEmpty()) {
      Intent intent =
          intent(
              "HOLD",
              mine.subject(paths.pipeline().path()),
              mine.run(),
              mine.actor(),
              mine.reason(),
              mine.at());
      JsonObject json =
          mine.toJson(paths.pipeline().path(), receipt(Announcements.announce(intents, intent)));
      byte[] stored = ControlObjects.first(store, key, json.canonicalBytes());
      standing = Optional.of(parse(key, stored));
    }
    if (!standing.get().says(mine) || isReleased(standing.get())) {
      throw new StorageException(
          StorageErrorCode.LEGAL_HOLD_REFUSED,
          "a hold " + mine.id() + " of pipeline " + paths.pipeline() + " stands there or stood");
    }
    return new Placed(standing.get(), begun());
  }

  /**
   * Releases a hold. Releasing it again does nothing.
   *
   * @param id names it
   * @param actor who releases it; never empty
   * @param reason why; never empty
   * @throws StorageException {@link StorageErrorCode#LEGAL_HOLD_REFUSED} when there is none
   */
  public void release(String id, String actor, String reason) {
    new RunId(id); // Refuses what cannot be an id.
    LegalHold hold =
        read(paths.hold(id) + HOLD)
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageErrorCode.LEGAL_HOLD_REFUSED,
                        "there is no hold " + id + " of pipeline " + paths.pipeline()));
    if (isReleased(hold)) {
      return;
    }
    Instant now = clock.instant();
    Intent intent = intent("RELEASE", id + " " + now, hold.run(), actor, reason, now);
    byte[] mine =
        JsonObject.builder()
            .put("format", RELEASE_FORMAT)
            .put("pipeline", paths.pipeline().path())
            .put("id", id)
            .put("actor", actor)
            .put("reason", reason)
            .put("at", now.toString())
            .put("intent", receipt(Announcements.announce(intents, intent)))
            .build()
            .canonicalBytes();
    ControlObjects.first(store, paths.hold(id) + RELEASED, mine);
    isReleased(hold); // Whoever was faster has announced it too.
  }

  /** The holds that stand, in the order of their ids. */
  public List<LegalHold> active() {
    TreeMap<String, Boolean> found = new TreeMap<>();
    Listing.each(
        store,
        paths.holds(),
        info -> {
          String name = info.key().substring(paths.holds().length());
          if (name.endsWith(HOLD)) {
            found.putIfAbsent(name.substring(0, name.length() - HOLD.length()), true);
          }
        });
    List<LegalHold> active = new ArrayList<>();
    for (String id : found.keySet()) {
      read(paths.holds() + id + HOLD).filter(hold -> !isReleased(hold)).ifPresent(active::add);
    }
    return List.copyOf(active);
  }

  /** The plans that have begun and not ended. */
  private List<String> begun() {
    TreeSet<String> begun = new TreeSet<>();
    TreeSet<String> done = new TreeSet<>();
    Listing.each(
        store,
        paths.deletions(),
        info -> {
          paths.begunDeletion(info.key()).ifPresent(begun::add);
          paths.doneDeletion(info.key()).ifPresent(done::add);
        });
    begun.removeAll(done);
    return List.copyOf(begun);
  }

  private Optional<LegalHold> read(String key) {
    return ControlObjects.get(store, key, StorageErrorCode.LEGAL_HOLD_INVALID)
        .map(stored -> parse(key, stored.content()));
  }

  private LegalHold parse(String key, byte[] stored) {
    return ControlObjects.parse(
        key,
        stored,
        StorageErrorCode.LEGAL_HOLD_INVALID,
        ControlObjects.canonical(
            json -> {
              LegalHold hold = LegalHold.fromJson(json);
              requireOwn(json, key, paths.hold(hold.id()) + HOLD);
              requireAnnounced(
                  json,
                  intent(
                      "HOLD",
                      hold.subject(paths.pipeline().path()),
                      hold.run(),
                      hold.actor(),
                      hold.reason(),
                      hold.at()));
              return hold;
            }));
  }

  private boolean isReleased(LegalHold hold) {
    String key = paths.hold(hold.id()) + RELEASED;
    return ControlObjects.read(
            store,
            key,
            StorageErrorCode.LEGAL_HOLD_INVALID,
            ControlObjects.canonical(
                json -> {
                  ControlJson.requireFormat(json, RELEASE_FORMAT);
                  ControlJson.requireMembers(
                      json,
                      Set.of("format", "pipeline", "id", "actor", "reason", "at", "intent"),
                      Set.of());
                  requireOwn(json, key, paths.hold(json.string("id")) + RELEASED);
                  requireAnnounced(
                      json,
                      intent(
                          "RELEASE",
                          hold.id() + " " + ControlJson.instant(json, "at"),
                          hold.run(),
                          json.string("actor"),
                          json.string("reason"),
                          ControlJson.instant(json, "at")));
                  return true;
                }))
        .isPresent();
  }

  private void requireOwn(JsonObject json, String key, String expected) {
    if (!key.equals(expected) || !json.string("pipeline").equals(paths.pipeline().path())) {
      throw new IllegalArgumentException("it is of another hold or pipeline");
    }
  }

  private void requireAnnounced(JsonObject json, Intent intent) {
    if (!intents.holds(Announcements.receipt(json.object("intent")), intent.id())) {
      throw new IllegalArgumentException("its intent does not stand in the log");
    }
  }

  private Intent intent(
      String kind, String subject, Optional<RunId> run, String actor, String reason, Instant at) {
    return Intent.of(kind, subject, paths.pipeline(), run, actor, reason, at);
  }

  private static JsonObject receipt(IntentReceipt receipt) {
    return Announcements.toJson(receipt);
  }

  private static LegalHold at(LegalHold hold, Instant at) {
    return new LegalHold(
        hold.id(), hold.run(), hold.dataset(), hold.partition(), hold.actor(), hold.reason(), at);
  }
}
