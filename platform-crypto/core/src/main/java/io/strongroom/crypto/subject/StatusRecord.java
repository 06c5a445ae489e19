package io.strongroom.crypto.subject;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that was decided about a person: a hold, its release, or the tombstone. Stored as
 * canonical JSON with a MAC under the store's status key.
 *
 * @param sequence from 1, without gaps
 * @param kind what was decided
 * @param hold name of the hold, for a hold and its release
 * @param newestKeyVersion the person's newest key at the time, 0 for none; for a tombstone
 */
record StatusRecord(
    int sequence,
    Kind kind,
    Optional<String> hold,
    int newestKeyVersion,
    Decision decision,
    @SuppressWarnings("ArrayRecordComponent") byte[] stored) {
  private static final String FORMAT = "strongroom-subject-status-v1";
  private static final Set<String> MEMBERS =
      Set.of("actor", "at", "format", "kind", "mac", "reason", "sequence", "subject");

  enum Kind {
    HOLD,
    RELEASE,
    TOMBSTONE;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Who decided, when and why. */
  record Decision(String actor, String reason, Instant at) {}

  static StatusRecord hold(
      LookupKey key, SubjectPseudonym subject, int sequence, String hold, Decision decision) {
    return of(key, subject, sequence, Kind.HOLD, Optional.of(hold), 0, decision);
  }

  static StatusRecord release(
      LookupKey key, SubjectPseudonym subject, int sequence, String hold, Decision decision) {
    return of(key, subject, sequence, Kind.RELEASE, Optional.of(hold), 0, decision);
  }

  static StatusRecord tombstone(
      LookupKey key,
      SubjectPseudonym subject,
      int sequence,
      int newestKeyVersion,
      Decision decision) {
    return of(key, subject, sequence, Kind.TOMBSTONE, Optional.empty(), newestKeyVersion, decision);
  }

  private static StatusRecord of(
      LookupKey key,
      SubjectPseudonym subject,
      int sequence,
      Kind kind,
      Optional<String> hold,
      int newestKeyVersion,
      Decision decision) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("format", FORMAT)
            .put("subject", subject.value())
            .put("sequence", sequence)
            .put("kind", kind.id())
            .put("actor", decision.actor())
            .put("reason", decision.reason())
            .put("at", decision.at().toString())
            .putIfPresent("hold", hold);
    if (kind == Kind.TOMBSTONE) {
      json.put("newestKeyVersion", newestKeyVersion);
    }
    byte[] mac = key.statusMac(json.build().canonicalBytes());
    byte[] stored = json.put("mac", HexFormat.of().formatHex(mac)).build().canonicalBytes();
    return new StatusRecord(sequence, kind, hold, newestKeyVersion, decision, stored);
  }

  /**
   * Reads a record and checks that it stands where it was written.
   *
   * @throws IllegalArgumentException or JsonException when it is malformed, was altered, or belongs
   *     to another person or place
   */
  static StatusRecord parse(LookupKey key, SubjectPseudonym subject, int sequence, byte[] stored) {
    JsonObject json = JsonValue.parseCanonicalObject(stored);
    byte[] mac = HexFormat.of().parseHex(json.string("mac"));
    if (!MessageDigest.isEqual(mac, key.statusMac(json.without("mac").canonicalBytes()))) {
      throw new IllegalArgumentException("the MAC does not match");
    }
    Kind kind = kind(json.string("kind"));
    Set<String> members = new HashSet<>(MEMBERS);
    members.add(kind == Kind.TOMBSTONE ? "newestKeyVersion" : "hold");
    if (!json.members().keySet().equals(members)
        || !json.string("format").equals(FORMAT)
        || !json.string("subject").equals(subject.value())
        || json.integer("sequence") != sequence) {
      throw new IllegalArgumentException("another format, person or place");
    }
    try {
      return new StatusRecord(
          sequence,
          kind,
          json.optionalString("hold"),
          kind == Kind.TOMBSTONE ? Math.toIntExact(json.integer("newestKeyVersion")) : 0,
          new Decision(
              json.string("actor"), json.string("reason"), Instant.parse(json.string("at"))),
          stored);
    } catch (DateTimeException | ArithmeticException malformed) {
      throw new IllegalArgumentException("malformed time or version", malformed);
    }
  }

  private static Kind kind(String id) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown kind"));
  }
}
